"""Answers: what people said when they were asked, as facts that change what is coded."""
