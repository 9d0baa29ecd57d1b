### The network between the device and the authority. What was stored before stays stored, and what waits is sent later.

network-configuration_invalid = The client file cannot be used: its address or its certificates are wrong.
    .next = { -get-client-file }
network-request_invalid = The app made a request that cannot be sent.
    .next = Update this app. { -again }
network-offline = The authority cannot be reached.
    .next = Check the network and try again. A card can be shown and checked without one.
network-timeout = The authority did not answer in time.
    .next = Try again when the network is better. Nothing is lost or done twice.
network-interrupted = The connection was cut.
    .next = Try again. Nothing is lost or done twice.
network-tls_refused = Whoever answered is not the authority, so nothing was sent.
    .next = Use another network. Check the date and time of this device. If it stays so, get a new client file from the people who run the authority.
network-interference = Something between this device and the authority answered in its place, such as the login page of a hotel.
    .next = Log in to the Wi-Fi in your browser, or use mobile data, and try again.
network-too_large = The answer is too large to be right.
    .next = Try another network. { -again }
network-unreadable = The answer cannot be read.
    .next = Update this app and try again. { -again }
network-server = The authority does not work at the moment.
    .next = Try again later. Nothing is lost or done twice.
network-refused = The authority refused, for a reason that this app does not know yet.
    .next = Update this app and try again.
