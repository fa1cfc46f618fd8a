"""Marks for elsewhere: exporters, each a plug-in of nbgrader's.

    unrolled export canvas 02_manual_rnn --into gradebook_from_canvas.csv
    nbgrader export --exporter=unrolled.reports.exports.canvas.CanvasExport --assignment '["02_manual_rnn"]'

What they have in common: a person's mark counts, who is not marked has an empty cell and never a 0, and what somebody
is called is no formula for a spreadsheet.
"""
