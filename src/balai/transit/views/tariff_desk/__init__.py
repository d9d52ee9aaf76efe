"""The officers' desk for tariffs: versions, the editor, previews, and what is in force."""
