"""Each action asks its rule, and makes use of what its form hands over: a view is not its only caller."""

import ast

from .syntax import calls_in, modules_of_ours

WITHOUT_RULE = {
    "create_evidence": "`classify_files` has asked who may upload, before the transaction",
    "notify_customer": "it follows from a letter: who sends it was asked",
}
"""Actions that ask no rule, with the reason."""
HANDING_ON = {"add_evidence": "it hands `submission` on to `upload_evidence`"}
"""Actions that are sent by a form that makes a record and are not idempotent, with the reason."""


def actions_of_staff():
    """Yield each action that somebody takes, with the names of its parameters and of the functions that it calls."""
    for dotted, tree in modules_of_ours():
        for function in tree.body if "actions" in dotted.split(".") else []:
            if isinstance(function, ast.FunctionDef):
                parameters = {argument.arg for argument in function.args.kwonlyargs}
                called = {ast.unparse(call.func) for call in calls_in(function)}
                if "by" in parameters and called & {"atomic_action", "idempotent"}:
                    yield function, parameters, called


def test_each_action_asks_its_rule():
    unasked = {action.name for action, _, called in actions_of_staff() if "raise_if_refused" not in called}
    assert unasked ^ WITHOUT_RULE.keys() == set(), (
        "Ask its rule in the action: a view is not the only caller."
    )


def test_each_action_uses_what_its_form_carries():
    ignored = [
        f"{action.name}: {name}"
        for action, parameters, _ in actions_of_staff()
        for name in sorted(parameters & {"version", "submission"})
        if name not in {node.id for node in ast.walk(action) if isinstance(node, ast.Name)}
    ]
    assert ignored == [], "Hand the version to `writing` or `lock_record`, the submission to `create_record`."


def test_each_action_that_makes_what_a_form_asks_for_makes_it_once():
    repeatable = {
        action.name
        for action, parameters, called in actions_of_staff()
        if "submission" in parameters and "idempotent" not in called
    }
    assert repeatable ^ HANDING_ON.keys() == set(), (
        "Decorate it with `@idempotent`: a form may be sent twice."
    )
