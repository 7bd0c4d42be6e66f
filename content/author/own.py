"""The prompts that a language has words of its own for."""

from collections.abc import Iterator

from content.schema import Program, Prompt, Words


def own_prompts(program: Program) -> Iterator[tuple[Words, Prompt]]:
    """Give every prompt once for each language that says it itself."""
    for words in program.words.values():
        for prompt in words.prompts.values():
            if prompt.id not in words.borrowed:
                yield words, prompt
