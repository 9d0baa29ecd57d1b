mod envelopes;
mod frozen;
mod redaction;
mod refusals;
mod rules;
mod vectors;
mod world;
