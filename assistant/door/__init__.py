"""The way into the server: who may come in, who they are, what is asked and answered. Without Gradio.

`serving.py` says where and to whom the page is served, `door.py` stands around every request, `endpoints.py` is what
programs ask.
"""
