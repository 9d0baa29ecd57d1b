### The steps of a registration: what each is called, and what to do in it.

step-consent = 您的同意
    .next = 请阅读个人信息的用途，然后选择同意或不同意。
step-identity-claim = 姓名和号码
    .next = 请输入护照上的姓名、工作许可号码或社会保障号码，以及护照号码。
step-one-time-code = 短信或邮件验证码
    .next = 请输入发送到登记联系方式的验证码。如果那里收不到，请向用人单位或签发机构询问登记的是哪个联系方式。
step-document-check = 护照核验
    .next = 请按照核验服务商的提示操作。请准备好护照，保持光线充足，避免反光。
step-face-check = 人脸识别
    .next = 请按照核验服务商的提示操作。请摘下眼镜和帽子，在均匀光线下正对镜头。
step-in-person-code = 服务窗口的验证码
    .next = 请携带护照到服务窗口，出示本次注册的编号，然后输入窗口给您的十位字符。无需人脸识别，也无需中国内地手机号码。
step-bank-card = 用银行卡实名认证
    .next = 请使用以您的护照开立的中国内地银行卡，并按照核验服务商的提示操作。卡号只交给核验服务商。
step-sim = 用中国内地手机号码实名认证
    .next = 请使用以您的护照办理的中国内地手机号码，并按照核验服务商的提示操作。号码只交给核验服务商。
step-unknown = 当前版本不支持的步骤
    .next = 请更新应用。如有其他可用方式，请改用其他方式。
