mod codec;
mod rules;
mod world;
