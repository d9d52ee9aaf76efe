"""What officers and the job of settlement do: operators, logs, days, statements, payments."""
