### The services of the card, by name. Which of them are open is said by the codes of wallet.ftl.

service-permit-information = 工作许可信息
service-permit-code = 可供任何人核验的二维码，无需网络
service-permit-notices = 工作许可消息通知
service-contribution-record = 参保缴费和权益记录查询
service-pension-inquiry = 养老金测算与待遇查询
service-benefit-certification = 社会保险待遇资格认证
service-pension-transfer = 养老保险关系转移接续
service-unemployment-benefit = 失业保险待遇申领
service-work-injury = 工伤保险费用结算
service-employment-subsidies = 就业创业、培训和技能补贴
service-exam-registration = 人事考试报名
service-medical-care = 就医挂号与结算；医院多使用另外的医保码
service-allowances = 补贴待遇发放到卡
service-transport-and-culture = 交通出行、图书馆、博物馆和公园
service-family-service = 亲情服务
