"""Every chart of the dashboard: plain values in, `plotly.graph_objects.Figure` out.

Titles of axes come from the caller, who speaks the reader's language. Names of traces, bars and markers may come from
uploaded files: each function passes them through `label`, since Plotly reads labels as HTML.
"""
