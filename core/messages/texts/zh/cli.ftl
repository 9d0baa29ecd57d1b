### 命令行。其他程序不使用这些文字。

## 命令行自己的代码

cli-usage = 无法识别这条命令。
    .next = 请查看 permitcard --help，或在命令后加 --help。
cli-folder_unknown = 不知道您的数据文件夹在哪里。
    .next = 请用 --home DIR 指定一个文件夹。
cli-folder_unusable = 文件夹 { $path } 无法创建、读取或写入。
    .next = 请检查权限，或用 --home DIR 指定另一个文件夹，然后重新运行同一命令。
cli-client_missing = 此文件夹还不属于任何签发机构。
    .next = 请用 --client FILE 指定一次该机构的 client.json。沙盒会把它写在自己的数据目录里，见 permitcard authority serve。
cli-client_differs = 此文件夹属于另一个签发机构：根密钥不同。
    .next = 请用 --home DIR 换一个文件夹，或先清除此文件夹：permitcard erase。
cli-file_unreadable = 无法读取文件 { $path }。
    .next = 请检查文件名和权限。
cli-file_too_large = 文件超过 { $limit } 字节。
    .next = 请确认这是您要的文件。
cli-file_unwritable = 无法写入文件 { $path }。
    .next = 请检查文件夹和权限，或换一个文件名，然后重新运行同一命令。
cli-snapshot_unreadable = 无法读取离线快照文件 { $path }。
    .next = 请重新获取：permitcard snapshot fetch --out FILE。
cli-key_unreadable = 文件 { $path } 中没有可用的密钥。
    .next = 可以是 PEM、JWK 或 COSE_Key，曲线为 P-256、P-384 或 Ed25519；私钥不能加密。
cli-picture_unreadable = 这不是 PNG 图片，或图片已损坏或过大。
    .next = 请把截图或照片存为 PNG 后重试。
cli-picture_without_code = 图片里没有能辨认的二维码。
    .next = 请重新拍摄：靠近一些，对好焦，避免反光，二维码四周要留白边。
cli-answer_missing = 注册正在等待一个回答，但没有人可以询问。此前的一切都已保存。
    .next = 请用相同的选项并加上 { $option } 重新运行，或在终端里运行。
cli-registration_open = 还没有卡：注册尚未完成。
    .next = 请用 permitcard register 继续。如要撤回已作出的同意，请用 permitcard register --restart：本机立即删除，签发机构在四天内删除。
cli-step_unknown = 签发机构要求的步骤，本程序不认识。
    .next = 请更新程序，然后重新运行同一命令。
cli-provider_unknown = 这项核验由另一家服务商进行，本程序没有它的软件。
    .next = 请在带有该软件的应用里继续。
cli-name_differs = 签发机构登记的姓名与您的护照不同，注册会失败。
    .next = 请用人单位在外国人来华工作管理服务系统中将姓名改为护照上的姓名，然后再注册。
cli-number_unreadable = 无法读取命令行中的号码。
    .next = 请只写号码，或在前面写种类、后面写日期：passport=号码@2016-05-01..2026-04-30。参见 permitcard number --help。
cli-not_confirmed = 没有得到确认，因此未作任何操作。
    .next = 请在终端里运行并回答“是”，或使用 --yes。
cli-show_not_confirmed = 没有出示任何内容。
    .next = 请在终端中运行并回答“是”，或使用 --yes。
cli-frames_missing = 还缺少部分二维码：已读取 { $have } 张，需要 { $need } 张。
    .next = 请继续扫描。任意 { $need } 张不同的二维码即可。
cli-portrait_unavailable = 没有适合打印的照片。
    .next = 请打印不含照片的凭证。
cli-demo_folder_not_empty = 文件夹 { $path } 不是空的。
    .next = 请用 --keep DIR 指定一个空的或新的文件夹。
cli-demo_person_unknown = 登记库里没有叫这个名字的人。
    .next = 启动过签发机构后，permitcard authority people 会列出这些名字。
cli-demo_failed = 演示没有按应有的方式结束。
    .next = 请再运行一次。{ -again }
cli-demo_interrupted = 演示已被中止。
    .next = 请再运行一次；它不需要之前的任何东西。
cli-start_failed = 程序无法启动自身的部件。
    .next = 请关闭其他程序后重试。

## 短语

cli-seconds = { $count } 秒
cli-minutes = { $count } 分钟
cli-hours = { $count } 小时
cli-days = { $count } 天
cli-wait = 请等待 { $time }后再试。
cli-just-now = 不到 1 秒
cli-nothing = 无
cli-busy-authority = 正在与签发机构通信
cli-answer-yes-or-no = 请回答“是”或“否”。
cli-picture-written = 图片已写入：{ $path }
cli-file-written = 文件已写入：{ $path }
cli-prompt-title = 工作许可卡
cli-prompt-new-keys = 为您的卡生成密钥。
cli-prompt-show = 出示您的卡。
cli-test-sign = 测试卡：不能证明任何人的身份

## register

cli-register-intro = 您的回答先保存，再发送。随时可以中断；重新运行即从中断处继续。
cli-register-resumed = 注册从上次中断处继续。
cli-register-ended = 上一次注册已经结束。现在开始新的注册。
cli-register-fetching = 各步骤均已通过，正在领取卡。
cli-register-done = 卡已领取。permitcard show 不用网络即可生成二维码。
cli-ask-consent = 您同意吗？（是/否）
cli-consent-given = 您已通过 { $option } 表示同意。
cli-name-hint = 请按护照填写姓名。只有一个名字的人，另一项留空。
cli-ask-surname = 姓：
cli-ask-given = 名：
cli-ask-permit-number = 工作许可号码（想用社会保障号码则留空）：
cli-ask-permit-number-only = 工作许可号码：
cli-ask-social-security-number = 社会保障号码：
cli-ask-passport = 护照号码：
cli-ask-passport-issuer = 签发国，护照上的三个字母：
cli-name-as-sent = 您的姓名将这样发送，原因如下：
cli-number-as-sent = 号码：{ $value }
cli-passport-as-sent = 护照：{ $value }
cli-issuer-as-sent = 签发国：{ $value }
cli-ask-send = 这样对吗？（是/否）
cli-code-on-its-way = 如果登记中有您的联系方式，{ $digits } 位验证码已发送到那里，{ $minutes } 分钟内有效。
cli-ask-code = 验证码（留空则重发）：
cli-kit-ran = 服务商已进行核验。结果由服务商直接交给签发机构，不经过本设备。
cli-ask-check-again = 再核验一次吗？（是/否）
cli-or-window = 您也可以携带护照到服务窗口，出示此编号：{ $reference }，领取验证码；无需人脸识别，也无需中国内地手机号码。
cli-or-window-again = 也可以到服务窗口办理，编号：{ $reference }。
cli-or-other-way = 输入英文问号可改用其他方式。
cli-window-how = 请到服务窗口出示您的护照和此编号：{ $reference }。编号自注册开始起一小时内有效；如果只剩窗口这一种方式，则为 72 小时。窗口给您的验证码 72 小时内有效。其间可以停止，领到验证码后再次运行同一命令；可用 --in-person-code CODE 直接带上验证码。
cli-ask-window-code = 服务窗口的验证码：
cli-ways = 现在可用的方式：
cli-ask-way = 请选择（输入数字；直接回车选第一项）：
cli-way-unknown = 请输入其中一个数字。
cli-other-ways = 现在还可以使用：
cli-about-name = 如果问题出在姓名，以下是签发机构可能登记的其他写法，以及需要向用人单位询问的问题：
cli-about-name-more = permitcard name 会说明姓名如何发送及原因，并生成可转发给用人单位的问题。
cli-pending-asked = 最近一次向签发机构查询是在 { $asked }，签发机构希望在 { $again } 之后再次查询。如果已通知您有了决定，请运行 permitcard sync：会立即查询，但每分钟最多一次。
cli-step-passed = 完成
cli-tier-two-intro = 这将为您的卡开通社会保障服务。其间此卡可以照常使用；如果您在最后一步通过之前停止，此卡保持不变。此后服务可能已经开通。
cli-tier-two-done = 此卡已开通社会保障服务；permitcard services 会列出这些服务。

## services, consents

cli-services-open = 您的卡可用于：
cli-services-closed = 暂不可用：
cli-services-how = 最后一步的命令是 permitcard register --tier 2。
cli-consents-none = 签发机构没有您的同意记录。
cli-consent-name-general = 注册与签发电子卡
cli-consent-name-face-data = 人脸信息
cli-consent-name-social-security = 社会保障服务
cli-consent-agreed = 您于 { $time } 同意。
cli-consent-refused = 您于 { $time } 拒绝。
cli-consent-withdrawn = 您于 { $time } 撤回。
cli-consent-if-withdrawn = 如果撤回：
cli-ask-withdraw = 是否撤回此项同意？（是/否）
cli-withdrawn = 已撤回同意。
cli-records-deleted =
    { $count ->
        [0] 签发机构没有需要删除的核验记录。
       *[other] 签发机构已删除 { $count } 条核验记录。
    }

## card, sync

cli-card-title = 工作许可卡
cli-card-not-official = 并非任何国家的官方证件
cli-portrait-small = 小照片
cli-card-status-unknown = 还没有向签发机构查询过此卡是否有效。
cli-card-status-valid = 最近一次查询时有效。
cli-card-status-employer-change-pending = 有效，用人单位的变更正在审批：持有最新离线快照的查验方会看到这一点。
cli-card-status-suspended = 已暂停：持有新离线快照的查验方会拒绝它。
    .next = 请向用人单位或签发机构询问原因。恢复使用后，请运行 permitcard sync。
cli-card-status-revoked = 已撤销：不再出示。
cli-card-version = 第 { $version } 版，由 { $issuer } 于 { $time } 签发
cli-card-credentials =
    { $count ->
        [0] 没有未用过的副本了，请尽快同步。
       *[other] 还有 { $count } 份未用过的副本可供出示，最后一份于 { $time } 到期。
    }
cli-card-superseded = 签发机构已有新版本。请运行 permitcard sync 领取。
cli-code-caption = 动态码，出示对象：{ $profile }。一分钟内有效。
cli-sync-done = 已于 { $time } 向签发机构查询。
cli-sync-status = 状态：{ $status }
cli-sync-same-version = 卡上内容没有变化。
cli-sync-new-version = 卡有新版本：第 { $version } 版。变化如下：
cli-sync-new-version-same = 卡有新版本：第 { $version } 版，卡上内容没有变化。
cli-sync-application-decided = 申请已有决定，卡已领取。
cli-sync-renewed = 已领取 { $count } 份新的副本。
cli-sync-older-version = 签发机构给出的版本比这里保存的旧，没有采用。

## show

cli-show-what = 此码的出示对象：{ $profile }。内容：
cli-show-until = 有效至 { $time }。之后请重新生成。
cli-show-status = 状态：{ $status }
cli-show-reused = 没有未用过的副本了，此码使用了出示过的一份；两个查验方互相比对时可能看出来。请尽快运行 permitcard sync。
cli-show-time-unsure = 时间只依据本机时钟。如果时钟不准，查验方会拒绝此码。
cli-show-asked = 自称“{ $aud }”的查验方请您出示卡。
cli-show-asked-name = 这个名称由查验方自己取定，没有人为其担保。
cli-show-asked-what = 它将看到：
cli-show-missing = 对方要求但卡上没有：{ $group }
cli-export-what = 已为“{ $aud }”签名，内容如下：
cli-export-written = 已写入：{ $path }
cli-show-frames = 内容放不进一张二维码：共有 { $count } 张轮流显示。请让查验方一直扫描，直到读取足够的张数，不必全部读取。
cli-ask-show = 是否出示？（是/否）
cli-request-what = 以“{ $aud }”的名义，请持卡人出示适用于以下对象的内容：{ $profile }
cli-request-portrait = 同时要求照片。
cli-request-next = 请让持卡人的手机读取，并在 { $time } 之前用 permitcard verify 扫描对方的二维码。
cli-print-title = 工作许可：打印件
cli-print-what = 打印内容：
cli-print-until = 有效期至 { $time }；卡有新版本时提前失效，请在同步到新版本后重新打印。
cli-print-valid-until = 本打印件有效期至
cli-print-size = 请按实际尺寸打印：二维码宽 { $side } 毫米。太小的二维码难以读取。
cli-print-document-only = 仅为凭证，不能证明出示者是谁：纸张可以复制。
cli-print-check = 请扫描二维码核对签发机构和状态，并将本人与护照核对。需要证明持卡人时，请要求出示手机上的实时二维码。
cli-window-too-small = 显示此码需要 { $columns } 列、{ $lines } 行的窗口；当前窗口为 { $has-columns } 列、{ $has-lines } 行。

## snapshot, verify

cli-snapshot-here = 已取得第 { $serial } 号离线快照，签发于 { $time }。
cli-snapshot-status = 状态名单生成于 { $time }。
cli-snapshot-until = 有效至 { $time }。此后查验不再需要网络。
cli-light-issuer = 签发
cli-light-holder = 持有
cli-light-status = 状态
cli-outcome-good = 正常
cli-outcome-unknown = 未知
cli-outcome-bad = 异常
cli-age-issuer = （信任名单：{ $age }前）
cli-age-holder = （此码：{ $age }前）
cli-age-status = （状态名单：{ $age }前）
cli-age-beacon = （公布于 { $age }前）
cli-nonce-confirmed = 二维码带有您的查验码：它是为这次查验生成的。
cli-seen-before = 首次扫描时间：{ $time }。
cli-shown = 此码显示：
cli-shown-nothing = 签发机构未得到证实，因此码中内容一概不算数。
cli-policy-satisfied = 符合“{ $profile }”的查验要求。
cli-policy-unmet = 不符合“{ $profile }”的查验要求：
cli-what-next = 下一步：
cli-demand-groups = 二维码须出示
cli-demand-trust-list = 信任名单
cli-demand-status-list = 状态名单
cli-demand-nonce = 二维码中的查验码
cli-demand-beacon = 二维码中的当日标记
cli-demand-unknown-status = 状态未知
cli-demand-employer-change = 用人单位变更审批中
cli-demand-test-cards = 测试卡
cli-demand-age = 不早于 { $age }前
cli-demand-any-age = 未过期即可
cli-demand-yes = 必需
cli-demand-no = 不需要
cli-demand-enough = 可以接受
cli-demand-not-enough = 不可接受
cli-demand-sandbox = 在沙盒环境中可以接受，并标明 TEST
cli-verify-time-unsure = 时间只依据本机时钟。如果时钟不准，这些结论也不准。

## erase

cli-erase-warning = 这将先销毁 { $path } 中的密钥，再删除卡、查验记录和设置。无法恢复；您可以重新注册。
cli-ask-erase = 全部清除吗？（是/否）
cli-erase-done = 已清除：先是密钥，然后是文件。如要重新注册：permitcard register --client 文件。
cli-erase-nothing = { $path } 中没有可清除的内容。

## demo

cli-demo-title = 工作许可卡：在本机上走完全程
cli-demo-nothing-is-real = 这里没有一样是真的：人物是虚构的，签发机构是沙盒，每张卡都标明“测试”。
cli-demo-chapter-authority = 签发机构启动
cli-demo-about-authority = 它生成自己的密钥。谁信任它的根密钥，谁就能查验它的卡。
cli-demo-done-authority = 已运行，登记库里有 { $count } 个虚构的人。
cli-demo-chapter-workers = 两名外国人注册
cli-demo-about-workers = 他们一步一步证明自己的身份。核验结果从不由手机上报，而是由核验服务商直接交给签发机构。
cli-demo-name-as-sent = 姓名按护照底部两行的写法发送：{ $name }
cli-demo-did-consent = 同意数据的用途
cli-demo-did-consent-face-data = 同意人脸信息的用途
cli-demo-did-identity-claim = 填写姓名、号码和护照
cli-demo-did-one-time-code = 输入收到的验证码
cli-demo-did-document-check = 接受护照核验
cli-demo-did-face-check = 接受人脸核验
cli-demo-did-in-person-code = 在服务窗口出示护照，并输入了窗口给的验证码
cli-demo-other-way = 这并非终点：在服务窗口无需人脸识别，也能领到同样的卡。
cli-demo-done-card = 卡已领取，加密保存，附 { $count } 份签名副本可供出示。
cli-demo-chapter-snapshots = 查验方为离线工作做准备
cli-demo-about-snapshots = 离线快照说明哪些密钥可以签发卡，哪些卡已不算数。
cli-demo-done-first-snapshot = 第一个离线快照：{ $bytes } 字节。
cli-demo-done-revoked = 签发机构撤销了 { $name } 的卡。
cli-demo-done-second-snapshot = 第二个离线快照：{ $bytes } 字节。
cli-demo-chapter-offline = 签发机构关闭
cli-demo-about-offline = 从这里开始，不再获取任何东西。
cli-demo-done-offline = 再问一次，无人应答（{ $code }）。
cli-demo-chapter-show = { $name } 出示二维码
cli-demo-about-show = 由手机自己签名，一分钟内有效，只说雇主需要知道的内容。
cli-demo-done-shown = 图片：{ $path }
cli-demo-done-shown-for-now = 同时画成 PNG 图片；结束时与其他内容一起删除。
cli-demo-chapter-verify = 查验方读取图片并查验
cli-demo-about-verify = 用第二个离线快照，得出三个各自独立的结论：
cli-demo-chapter-refused = 三个不该通过的码
cli-demo-about-refused = 每一个被拒绝的理由都不同。
cli-demo-case-forged = 伪造的码。有人照抄了真卡，换上别的名字，再用自己的密钥签名：
cli-demo-case-late = 还是刚才那张图片，但在生成 { $seconds } 秒之后出示：
cli-demo-case-revoked = { $name } 的码，其卡已被撤销。
cli-demo-with-first-snapshot = 用撤销之前的第一个离线快照：
cli-demo-with-second-snapshot = 用第二个离线快照：
cli-demo-accepted = 通过。
cli-demo-accepted-old = 仍然通过。这个离线快照比撤销更早，所以每个结论都说明自己是多久以前的。
cli-demo-refused = 被拒绝，理应如此。
cli-demo-end = 真码通过了查验，三个坏码都被拒绝。
cli-demo-kept = 全部内容保存在 { $path }：authority、worker-1、worker-2、verifier、pictures。
cli-demo-nothing-kept = 没有留下任何东西。加上 --keep DIR 可保留全部内容供查看。

## name

cli-name-unchanged = 按护照原样发送，没有任何改动。
cli-name-chinese = 中文姓名 { $name } 单独保存，不会发送。
cli-name-same = 签发机构将以下写法视为同一姓名，去掉空格或姓名顺序不同也一样：
cli-name-more = ……以及另外 { $count } 种写法。
cli-name-held-same = { $name } 是同一姓名，可以注册。
cli-name-held-other = 对签发机构来说，{ $name } 是另一个姓名。
cli-name-ask = 签发机构可能登记的其他写法，以及需要向用人单位询问的问题：
cli-name-forward = 可转发给用人单位：
cli-mrz-good = 所有校验位均正确。
cli-mrz-number = 证件号码
cli-mrz-issuer = 签发国
cli-mrz-expiry = 有效期至
cli-mrz-sex = 性别
cli-mrz-corrections = 换成以下字符后，所有校验位都会相符。请与证件核对，然后使用更正后的内容：
cli-mrz-change = 第 { $line } 行第 { $place } 位：{ $to }，而不是 { $from }
cli-sex-female = 女
cli-sex-male = 男

## number

cli-number-kind = 这是{ $kind }（{ $certainty }）
cli-number-wanted = 表单需要的是：{ $kind }
cli-number-document-type = 在证件类型列表中通常为 { $code }。
cli-edition-2017 = 2017 版，三个字母加 12 位数字
cli-edition-2023 = 2023 版，18 位
cli-fact-edition = 版本
cli-fact-nationality = 国籍
cli-fact-place = 首次签发地
cli-fact-birth = 出生日期
cli-fact-sex = 性别
cli-fact-country = 国家
cli-fact-document = 编制所用证件号码
cli-fact-source = 对应您的证件
cli-fact-replaced_by = 已换发为
