mod codes;
mod hostile;
mod policies;
mod printed;
mod rules;
mod world;
