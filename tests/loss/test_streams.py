"""Random streams depend on seed and name, and on nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from risk.loss.streams import spawn


def test_drawing_from_the_parent_moves_no_child() -> None:
    rng = np.random.default_rng(1)
    before = spawn(rng, "peril").random(3)
    rng.random(100)
    assert (spawn(rng, "peril").random(3) == before).all()


def test_other_names_and_other_seeds_give_other_numbers() -> None:
    draws = [
        spawn(np.random.default_rng(seed), *names).random()
        for seed, names in [(1, ("a",)), (1, ("b",)), (2, ("a",)), (1, ("a", "b")), (1, ("ab",))]
    ]
    assert len(set(draws)) == 5


def test_children_of_two_names_do_not_correlate() -> None:
    rng = np.random.default_rng(7)
    a, b = spawn(rng, "a").standard_normal(50_000), spawn(rng, "b").standard_normal(50_000)
    assert abs(np.corrcoef(a, b)[0, 1]) < 4 / np.sqrt(50_000)


def test_a_generator_without_a_seed_sequence_is_refused() -> None:
    class Seedless:
        class bit_generator:  # noqa: N801 - stands for the attribute of numpy's Generator
            seed_seq = None

    with pytest.raises(TypeError, match="default_rng"):
        spawn(Seedless(), "a")  # type: ignore[arg-type]
