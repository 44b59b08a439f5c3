"""A tiny causal language model made on the spot: random weights and a vocabulary of ordinary words.

Apart from `fakes`, because torch and transformers take seconds to import.
"""

from __future__ import annotations

from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

WORDS = """the a of in to and was said on by for with from after before rain ferry harbour council minister report price
city river winter two three four president Turkey Washington Russia missile fighter worried bought agreed denied 2019
12 million percent Monday""".split()
MARKS = [".", ",", "[1]", "[2]"]
SPECIAL = ["<unk>", "<s>", "</s>"]
TEMPLATE = (
    "{% for message in messages %}{{ '<s> ' + message['role'] + ' ' + message['content'] + ' ' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<s> assistant' }}{% endif %}"
)


def tokenizer(template: str | None = TEMPLATE) -> PreTrainedTokenizerFast:
    """Words and marks are tokens, white space lies between them; a word it does not know is one unknown token."""
    vocabulary = {token: number for number, token in enumerate([*SPECIAL, *WORDS, *MARKS])}
    made = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    made.decoder = decoders.WordPiece(prefix="##")
    wrapped = PreTrainedTokenizerFast(
        tokenizer_object=made, unk_token="<unk>", bos_token="<s>", eos_token="</s>", pad_token="</s>"
    )
    wrapped.chat_template = template
    return wrapped


def write(
    folder: Path, *, positions: int = 4096, template: str | None = TEMPLATE, seed: int = 0, ends: bool = False
) -> Path:
    """Write the model's folder; return it. Unless it `ends` by chance, it writes words and marks for ever."""
    torch.manual_seed(seed)
    words = tokenizer(template)
    config = LlamaConfig(
        vocab_size=len(words),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=4,
        max_position_embeddings=positions,
        initializer_range=0.5,  # so that different words lead to different words
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=2,
    )
    model = LlamaForCausalLM(config)
    with torch.no_grad():
        model.lm_head.weight[: len(SPECIAL) - ends] = 0  # some word always weighs more
    model.save_pretrained(folder)
    words.save_pretrained(folder)
    return folder
