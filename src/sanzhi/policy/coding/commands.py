"""`sanzhi policy suggest`: what rules and this study's own codes suggest to a coder."""

import json
from pathlib import Path

import click


@click.command()
@click.argument("study", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--adopt",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the suggestions as codings (CSV) of the coder `machine`, for a study "
    "that is to be coded by machine.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def suggest(study: Path, adopt: Path | None, as_json: bool) -> None:
    """Suggest scores, with evidence, for what nobody has coded in STUDY.

    Suggestions are not codes and are never counted, unless a study file names those written by
    --adopt. Policies come in the order in which coding them would teach most.
    """
    from sanzhi.policy.coding.codings import write_codings
    from sanzhi.policy.coding.opening import open_study
    from sanzhi.policy.coding.suggesting import adopted
    from sanzhi.policy.coding.suggesting import suggest as suggestions_for
    from sanzhi.policy.writing import write_whole

    found, policies, codings = open_study(study)
    made = suggestions_for(found, policies, codings)
    if adopt:
        write_whole(adopt, write_codings(adopted(found, policies, codings, made)).encode())
    if as_json:
        click.echo(json.dumps(made.model_dump(mode="json"), ensure_ascii=False))
        return
    if adopt:
        click.echo(f"{len(made.suggestions)} suggestions adopted in {adopt}", err=True)
        return
    place = {policy: at for at, policy in enumerate(made.order)}
    for one in sorted(made.suggestions, key=lambda one: (place[one.policy], one.code)):
        text = policies[one.policy].text
        evidence = " … ".join(text[span.start : span.end] for span in one.spans)
        click.echo(
            f"{one.policy}  {one.code} {one.score}  ({one.by} {one.confidence:.2f})  "
            f"{' '.join(evidence.split())[:80]}"
        )
