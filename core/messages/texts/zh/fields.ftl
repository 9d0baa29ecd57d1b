### Words for the fields of a card, for their groups, and for who asks to see them.

field-category = 类别
field-valid_until = 许可有效期至
field-restrictions = 限制
field-name = 姓名
field-nationality = 国籍
field-portrait = 照片
field-employer = 用人单位
field-employer_id = 统一社会信用代码
field-occupation = 职业
field-place = 工作地点
field-social_security_number = 社会保障号码
field-insurance_record = 参保记录
field-birth_day = 出生日期
field-passport = 护照号码
field-permit_number = 工作许可号码
field-phone = 手机号码
field-tier = 卡的内容

group-person = 姓名和国籍
group-portrait = 照片
group-employment = 工作信息
group-social_security = 社会保障信息
group-file = 出生日期和号码

category-A = A类：外国高端人才
category-B = B类：外国专业人才
category-C = C类：其他外国人员

tier-1 = 外国人工作许可
tier-2 = 外国人工作许可和社会保障服务

profile-employer = 用人单位
profile-hospital = 医院
profile-hotel = 酒店
profile-bank = 银行
profile-police = 公安机关
profile-service-window = 服务窗口
profile-gate = 门禁

number-work-permit = 工作许可号码
number-social-security = 社会保障号码
number-permanent-resident = 外国人永久居留身份证号码
number-passport = 护照号码
number-card = 社会保障卡卡号
number-issuance = 签发号

certainty-certain = 确定
certainty-likely = 很可能
certainty-possible = 可能
