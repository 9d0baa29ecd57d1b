### Phrases that other texts use, and sentences that belong to no code.

-again = 如果再次出现，请把代码告知本应用的运营方。
-start-over = 请清除本应用的数据，然后重新注册；如果您是查验方，请获取新的离线快照。
-new-snapshot = 请联网获取新的离线快照，再扫一次。
-connect-first = 请持卡人联网后，再出示新的二维码。
-other-code = 请持卡人出示新的二维码，再扫一次。
-get-again = 请重新获取文件或二维码；如果仍然如此，请告知其提供方。
-fetch-snapshot = 请从签发机构获取新的离线快照。
-fetch-again = 请联网重新领取。
-check-clock = 请检查本设备的日期和时间，然后再试。
-get-client-file = 请向签发机构的运营方获取新的客户端文件。

## Next to a failed step, where the authority tells.

tries-left =
    { $tries ->
        [0] 已没有剩余次数。
       *[other] 还可以尝试 { $tries } 次。
    }
wait-seconds = 请等待 { $seconds } 秒后再试。

## What every screen says about test cards and about people.

test-card = 测试卡，由沙盒环境签发，不能证明任何人的身份。
    .next = 请勿将其当作外国人工作许可。
not-official = 此卡由本服务的运营机构签发，并非国家统一签发的电子社会保障卡。
compare-person = 二维码只说明这部手机持有此卡，不说明拿着手机的人是谁。
    .next = 请将本人与护照或卡上照片进行比对。

## A question to an employer, to be forwarded as it is.

employer-name-question = 您好，我护照机读区的姓名是 { $name }。请问外国人来华工作管理服务系统中登记的姓名是怎么写的？请原样复制给我，包括空格和顺序。
