"""Answers to text: for a person, for a program, for a pipe."""
