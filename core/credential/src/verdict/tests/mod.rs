mod codes;
mod rules;
mod world;
