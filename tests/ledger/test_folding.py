"""A fold made for a load is the fold that every event alone would have made."""

from histories import Story
from hypothesis import given
from random_histories import stories

from ledger.indicator.folding import fold_in
from ledger.indicator.state import Indicator


@given(story=stories())
def test_folding_together_is_folding_one_by_one(story: Story) -> None:
    """Whatever happened: every part of the state, and what kind of thing each is."""
    folds = {state.id: Indicator(state.id) for state in story.states.values()}
    for recorded in story.recorded():
        if recorded.originator_id in folds:
            fold_in(folds[recorded.originator_id], recorded)

    for state in story.states.values():
        fold = folds[state.id]
        assert all(getattr(state, part) == getattr(fold, part) for part in Indicator.__slots__)
        kinds = [(type(key), type(held)) for key, held in state.entries.items()]
        assert kinds == [(type(key), type(held)) for key, held in fold.entries.items()]
        assert list(state.names) == list(fold.names)
