mod codes;
mod hostile;
mod rules;
mod world;
