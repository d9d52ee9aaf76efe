"""`python -m balai` is the `balai` command."""

from balai.shell.cli import main

if __name__ == "__main__":
    main()
