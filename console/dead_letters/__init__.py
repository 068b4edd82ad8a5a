"""What was refused and why: listed without patient data, shown in full when asked, fed again after a fix."""
