from __future__ import annotations

from collections.abc import Iterator

import pytest
import streamlit as st


@pytest.fixture(autouse=True)
def empty_caches() -> Iterator[None]:
    yield
    st.cache_data.clear()
    st.cache_resource.clear()
