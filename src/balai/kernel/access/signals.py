"""Sign-ins, sign-outs and changes of a second factor, written to the audit."""
