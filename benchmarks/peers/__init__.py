"""Peers that read the same messages: those of Java and of Node, in processes of their own."""
