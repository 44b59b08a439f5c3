"""What the page shows, keeps and does, without Gradio: `ui.py` lays it out and serves it, and decides nothing.

`desk.py` is the way in: a click or a question of a visitor → the parts of the page that change, as HTML.
"""
