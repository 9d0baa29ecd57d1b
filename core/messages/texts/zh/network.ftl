### The network between the device and the authority. What was stored before stays stored, and what waits is sent later.

network-configuration_invalid = 客户端文件无法使用：地址或证书不正确。
    .next = { -get-client-file }
network-request_invalid = 本应用生成了无法发送的请求。
    .next = 请更新本应用。{ -again }
network-offline = 无法连接签发机构。
    .next = 请检查网络后再试。没有网络也可以出示和查验卡。
network-timeout = 签发机构没有及时回应。
    .next = 请在网络较好时再试。不会丢失，也不会重复办理。
network-interrupted = 连接中断。
    .next = 请再试一次。不会丢失，也不会重复办理。
network-tls_refused = 回应的不是签发机构，因此没有发送任何内容。
    .next = 请换一个网络，并检查本设备的日期和时间。如果仍然如此，请向签发机构的运营方获取新的客户端文件。
network-interference = 在本设备与签发机构之间，有其他设备代为回应，例如酒店的上网登录页面。
    .next = 请先在浏览器中登录 Wi-Fi，或改用移动数据，然后再试。
network-too_large = 回应过大，不可能正确。
    .next = 请换一个网络再试。{ -again }
network-unreadable = 无法读取回应。
    .next = 请更新本应用后再试。{ -again }
network-server = 签发机构的服务暂时不可用。
    .next = 请稍后再试。不会丢失，也不会重复办理。
network-refused = 签发机构拒绝了请求，本应用尚不认识其原因。
    .next = 请更新本应用后再试。
