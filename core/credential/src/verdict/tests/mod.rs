mod codes;
mod hostile;
mod printed;
mod rules;
mod world;
