"""Questions about incidents, their causes, rules, routes and messages: one function, one question, plain values."""
