// The texts come from Rust; the generator leaves it to us to say that they are there.
extension PermitCardError: CustomStringConvertible, CustomDebugStringConvertible {}
