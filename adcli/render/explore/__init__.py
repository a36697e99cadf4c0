"""The page of `adcli explore`: a program, its trace and its graph, to step through in a browser."""
