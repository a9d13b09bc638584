"""Starts the dashboard: `streamlit run app.py`, `python app.py`, or inside this folder `uvicorn app:app`.

The main script is `dashboard/script.py`, not this file: with a folder `pages/` beside its main script, Streamlit's
first visitor of a fresh server who opens a page by its own address would get that page without the frame around it.
"""

import sys
from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

ROOT = Path(__file__).resolve().parent
if str(ROOT) not in sys.path:  # started from another folder
    sys.path.insert(0, str(ROOT))

if get_script_run_ctx(suppress_warning=True) is not None:  # run as a script after all: AppTest
    from dashboard.shell import main

    main()
else:
    from dashboard.server import lifespan, middleware, on_script_error

    app = st.App(
        ROOT / "dashboard" / "script.py", lifespan=lifespan, middleware=middleware, on_script_error=on_script_error
    )
    if __name__ == "__main__":
        app.run()
