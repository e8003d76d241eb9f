"""Quotes of several annotators as one attribution."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from annotations.agreement.clusters import clusters
from annotations.agreement.matching import ANY, EXACT, HALF, comparable, match
from annotations.agreement.stories import Assignment, Quote
from tests.agreement.strategies import stories


def members(found):
    return [{annotator: quote.key for annotator, quote in cluster.members} for cluster in found]


@given(stories(), st.sampled_from([ANY, HALF, EXACT]))
def test_each_quote_is_in_one_cluster_and_no_annotator_is_twice_in_one(story, least):
    found = clusters(story.assignments, least)
    held = [(annotator, quote.key) for cluster in found for annotator, quote in cluster.members]
    assert sorted(held) == [(one.annotator, key) for one in story.assignments for key in _keys(one)]
    assert all(len(dict(cluster.members)) == len(cluster.members) for cluster in found)


def _keys(assignment):
    return sorted(quote.key for quote in assignment.quotes)


@given(stories(annotators=2))
def test_clusters_of_two_annotators_are_their_matches(story):
    one, other = story.assignments
    pairs = {(pair.one.key, pair.other.key) for pair in match(*comparable(one, other))}
    found = members(clusters(story.assignments))
    assert {(cluster["a"], cluster["b"]) for cluster in found if len(cluster) == 2} == pairs


@given(stories(annotators=3), st.permutations(["a", "b", "c"]))
def test_names_and_order_of_annotators_do_not_matter(story, names):
    # Keys that say whose the quote is, so that nothing is tied but by name.
    told = [
        replace(one, quotes=tuple(replace(quote, key=one.annotator + quote.key) for quote in one.quotes))
        for one in story.assignments
    ]
    renamed = [replace(one, annotator=name) for one, name in zip(told, names, strict=True)]

    def groups(assignments):
        return {frozenset(quote.key for _, quote in one.members) for one in clusters(assignments)}

    assert groups(told) == groups(renamed) == groups(renamed[::-1])


def test_the_best_pairs_come_first_and_others_give_way():
    a = Assignment("a", (Quote("long", ((0, 100),)),))
    b = Assignment("b", (Quote("left", ((0, 60),)), Quote("right", ((60, 100),))))
    c = Assignment("c", (Quote("whole", ((0, 98),)), Quote("end", ((61, 100),))))
    # 0.98 joins long and whole, 0.975 joins right and end; left comes to long with 0.6.
    assert members(clusters([a, b, c])) == [{"a": "long", "b": "left", "c": "whole"}, {"b": "right", "c": "end"}]


def test_six_who_agree_make_one_cluster_each_quote():
    quotes = (Quote("first", ((0, 10),)), Quote("nested", ((4, 8),)), Quote("last", ((20, 30),)))
    found = clusters([Assignment(name, quotes) for name in "abcdef"], EXACT)
    assert [set(cluster.values()) for cluster in members(found)] == [{"first"}, {"nested"}, {"last"}]
    assert all(len(cluster) == 6 for cluster in members(found))
