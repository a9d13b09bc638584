"""The main script that Streamlit runs once a rerun; in a folder without `pages/`, see app.py for why."""

from dashboard.shell import main

main()
