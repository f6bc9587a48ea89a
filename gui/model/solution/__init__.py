"""One update worked out as a person writes it: what is given, the forward stroke, the loss, the chain rule for every
parameter, the new values, and the proof. No Qt."""
