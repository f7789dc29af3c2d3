"""What is told to people: incidents from facts and rules, messages from incidents, and the channels they leave by."""
