/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The words of explain_words.c in other languages, as folded text has them:
 * stems, lower case, without accents. One row a language or family: German;
 * French; Spanish; Portuguese; Italian; Dutch; Swedish, Danish and Norwegian;
 * Polish; Czech; Russian and Ukrainian; Turkish; Finnish; Hungarian; Greek;
 * Chinese; Japanese; Korean; and at the end those with fewer words.
 */

#include "explain_table.h"

#define WORDS(concept, patterns) \
	{ \
		CONCEPT_##concept, patterns \
	}

const struct explain_words explain_foreign_words[] = {
	WORDS(AUTH,
	    "identifiants|zugangsdaten|credenciales|credenciais|"
	    "credenziali|inloggegevens|poswiadczen*|dane logowania|"
	    "учетные данные|認証情報|凭据|자격 증명|kimlik bilgi*|*anmeld*|"
	    "angemeldet|*authentifizier*|einlogg*|login*|"
	    "authentif*|connexion au compte|identification|vous connecter|"
	    "autentic*|inicio de sesion|inicia* sesion|iniciar sesion|"
	    "inicio de sessao|iniciar sessao|entrar|autentica*|accesso|"
	    "accedere|aanmeld*|inloggen|verificatie|autentiser*|inlogg*|"
	    "logga in|logget|palogg*|logowan*|zalogow*|uwierzyteln*|"
	    "prihlas*|overen*|аутентиф*|авториз*|вход|войти|автентиф*|"
	    "oturum acma*|oturum ac*|kimlik dogrulama*|giris|kirjaut*|"
	    "todennu*|bejelentkez*|hitelesit*|συνδεση στο*|ταυτοποιησ*|"
	    "συνδεθειτε|登录|登入|身份验证|身份驗證|驗證|验证|サインイン|"
	    "ログイン|"
	    "認証|로그인|인증"),
	WORDS(FAILED,
	    "*fehlgeschlagen|fehler*|schlug fehl|nicht moglich|misslungen|"
	    "konnte nicht|kann nicht|gescheitert|"
	    "nicht erfolgreich|echec*|echou*|impossible|erreur|n a pas pu|"
	    "n ont pas pu|a echoue|error|fall*|no se pudo|no se puede|"
	    "no fue posible|fracas*|falh*|erro|nao foi possivel|"
	    "nao e possivel|fallit*|non riuscit*|errore|impossibile|"
	    "non e stato possibile|mislukt*|fout|kan niet|kon niet|niet "
	    "gelukt|misslyck*|fel|det gick inte|kunde inte|mislyk*|fejl|"
	    "feil|kunne ikke|niepowodzen*|nie powiod*|blad|bledu|"
	    "nie mozna|nie udalo|nepodaril*|nezdaril*|nepovedl*|selhal*|chyba|"
	    "chyby|nelze|"
	    "ошибк*|не удал*|невозможно|сбой|неудач*|помилк*|не вдал*|"
	    "неудал*|basarisiz*|hata*|olmadi|alinamadi|epaonnist*|virhe*|"
	    "sikertelen*|hiba*|nem sikerult|αποτυχ*|απετυχε|σφαλμα|"
	    "δεν ηταν δυνατ*|失败|失敗|错误|錯誤|无法|無法|エラー|できません|"
	    "できなかった|실패|오류|할 수 없|못했"),
	WORDS(TOKEN,
	    "*tokens|*token*|jeton*|ficha de acceso|zeton|токен*|маркер*|"
	    "belirtec*|belirtec|令牌|权杖|權杖|トークン|토큰"),
	WORDS(REFRESH,
	    "aktualisierung*|actualisation|rafraichissement|actualizacion|"
	    "atualizacao|aggiornamento|vernieuwing*|uppdatering*|"
	    "odswiez*|obnov*|обновлен*|yenileme|刷新|重新整理|更新トークン|"
	    "リフレッシュ|更新|"
	    "새로 고침"),
	WORDS(EXPIRED,
	    "abgelaufen*|ablauf|ungultig geworden|nicht mehr gultig|"
	    "lauft ab|expire|expiree|a expire|perime*|caduc*|"
	    "expirad*|vencid*|expirou|expirada|scadut*|scad*|verlopen|"
	    "utgatt|har gatt ut|upphort|udlob*|utlopt|wygas*|"
	    "przetermin*|vyprsel*|vyprsela|expirov*|platnost skoncila|"
	    "ист*к срок*|истек|истекл*|истекш*|просроч*|"
	    "закончил*|закінчи*|минув термін|suresi dol*|"
	    "suresi bit*|gecerliligini yitir*|vanhentu*|umpeutu*|lejart|"
	    "εληξε|ληξει|εχει ληξει|已过期|过期|已過期|過期|逾期|到期|已失效|"
	    "期限切れ|"
	    "有効期限|失効|만료"),
	WORDS(REVOKED,
	    "widerrufen|entzogen|zuruckgezogen|revoque*|revocad*|revogad*|"
	    "revocat*|ingetrokken|aterkall*|tilbagekaldt|uniewaznion*|"
	    "cofniet*|odvolan*|отозван*|отклика*|iptal edildi|"
	    "peruutettu|visszavont*|ανακλη*|已撤销|撤销|已撤銷|撤銷|吊销|取り消"
	    "|취소되|철회|해지"),
	WORDS(PASSWORD,
	    "*passwort*|*kennwort*|mot de passe|mots de passe|contrasena*|"
	    "clave|senha*|palavra passe|*wachtwoord*|*losenord*|"
	    "adgangskode*|passord*|hasl*|heslo|hesla|heslem|парол*|"
	    "parola*|sifre*|salasana*|jelszo*|jelszav*|κωδικο* προσβασης|"
	    "συνθηματικ*|密码|密碼|口令|パスワード|암호|비밀번호"),
	WORDS(WRONG,
	    "pas fonctionne|nicht funktioniert|no funciono|"
	    "non ha funzionato|nao funcionou|werkte niet|nie zadzialal|"
	    "не сработал|fungerade inte|virkede ikke|"
	    "falsch*|ungultig*|inkorrekt*|nicht korrekt|unzulassig*|"
	    "fehlerhaft*|nicht richtig|invalide*|incorrect*|errone*|faux|"
	    "non valide*|non valable|mauvais*|invalid*|no valid*|"
	    "no es valid*|no son valid*|equivocad*|incorret*|errad*|"
	    "non valid*|errat*|non corrett*|ongeldig*|onjuist*|verkeerd*|"
	    "felaktig*|ogiltig*|fel losenord|forkert*|ugyldig*|"
	    "nieprawidlow*|niepoprawn*|bledn*|niewazn*|neplatn*|"
	    "nespravn*|chybn*|неверн*|неправильн*|недействит*|некоррект*|"
	    "недопустим*|недійсн*|неправильн*|gecersiz|yanlis|hatali|"
	    "virheelli*|vaara*|ervenytelen|hibas|helytelen|μη εγκυρ*|"
	    "λανθασμεν*|ακυρ*|无效|無效|不正确|不正確|错误的|有误|無効|"
	    "正しくありません|"
	    "間違|不正|잘못|올바르지|유효하지"),
	WORDS(DENIED,
	    "verweigert|*gesperrt*|abgelehnt|abgewiesen|blockiert|"
	    "gesperrt durch|"
	    "verboten|nicht erlaubt|nicht zulassig|untersagt|zuruckgewiesen|"
	    "nicht gestattet|refuse|refusee|refuses|rejete*|bloque*|"
	    "interdit*|pas autorise*|denegad*|rechazad*|bloquead*|"
	    "no permitid*|prohibid*|no esta permitid*|negad*|recusad*|"
	    "rejeitad*|nao permitid*|negat*|rifiutat*|bloccat*|"
	    "non consentit*|vietat*|geweigerd|afgewezen|geblokkeerd|"
	    "niet toegestaan|nekad*|avvisad*|blockerad*|inte tillat*|"
	    "nekades|afvist|afslaet|avvist|naegtet|odmow*|odrzuc*|"
	    "zablokow*|niedozwol*|zabronion*|odmitnut*|zamitnut*|"
	    "zakazan*|blokovan*|запрещ*|отказ*|отклонен*|заблокир*|"
	    "не разреш*|відмов*|відхилен*|заборонен*|reddedil*|"
	    "reddetti|engellen*|izin verilm*|evatty|estetty|hylatty|"
	    "megtagad*|elutasit*|letilt*|tiltva|απορριφθηκε|δεν επιτρεπ*|"
	    "αρνηση|拒绝|拒絕|被阻止|禁止|不允许|拒否|ブロック|"
	    "許可されていません|거부|차단|"
	    "금지|허용되지"),
	WORDS(CERTIFICATE,
	    "*zertifikat*|certificat*|certificad*|certificato|*certificaat|"
	    "certifikat*|sertifikat*|certyfikat*|certifikat*|сертификат*|"
	    "сертифікат*|sertifika*|varmen*|sertifikaat*|tanusitvany*|"
	    "πιστοποιητικ*|证书|憑證|凭证证书|証明書|인증서"),
	WORDS(TRUST,
	    "vertrauenswurdig*|nicht vertraut|*uberpruf*|verifiz*|vertrau*|"
	    "confiance|verifie*|verification|fiable*|de confianza|"
	    "confiable*|verific*|confiavel|attendibil*|fidat*|vertrouwd*|"
	    "geverifieerd|verifier*|betrod*|betrott|palitelig*|zaufan*|"
	    "weryfik*|zweryfik*|duveryhodn*|overit|довер*|провер*|довір*|"
	    "перевір*|guvenil*|dogrulan*|luotet*|megbizhato*|αξιοπιστ*|"
	    "επαληθευ*|受信任|不受信任|信任|信頼|検証|신뢰|확인할"),
	WORDS(ISSUER,
	    "*aussteller*|zertifizierungsstelle*|emetteur|emisor|emissor|"
	    "emittente|uitgever|utfardare|wystawc*|vydavatel*|издател*|"
	    "颁发|發行者|発行元|発行者|발급"),
	WORDS(TIMEOUT,
	    "zeituberschreitung*|zeitlimit*|timeout*|keine antwort|"
	    "antwortet nicht|svarar inte|svarer ikke|nie odpowiada|neodpovida|"
	    "не отвечает|не відповідає|не вiдповiда*|yanit vermiyor|"
	    "応答しません|応答がありません|没有响应|未响应|沒有回應|"
	    "no responde|"
	    "nao responde|non risponde|ne repond pas|tardo demasiado|"
	    "demorou muito|trop de temps|zu lange gedauert|ei vastaa|"
	    "nem valaszol|δεν αποκριν*|δεν ανταποκρ*|"
	    "delai ~ depasse|expiration du delai|"
	    "na pas repondu|tiempo de espera|agot* el tiempo|"
	    "se agoto|tempo limite|tempo esgotado|esgot*|tempo scaduto|"
	    "timeout|tempo di attesa|time out|reageert niet|tidsgrans*|"
	    "tok for lang tid|tidsavbrudd|limit czasu|przekrocz* czas|"
	    "przekroczon* czas|casovy limit|vyprsel cas|"
	    "время ожидания|превышен* врем*|тайм аут|таймаут|"
	    "час очікування|zaman asimi*|aikakatkai*|idotullep*|"
	    "ληξη χρονικ*|χρονικο οριο|超时|逾時|タイムアウト|시간 초과|"
	    "시간이 초과"
	    "|시간을 초과|응답하지 않"),
	WORDS(CONNECT,
	    "*verbindung*|verbinden|verbunden|connexion|connecter|"
	    "conexion|conectar*|conexao|ligacao|connession*|connettersi|"
	    "collegarsi|verbinding*|anslut*|forbindelse*|tilkobling*|"
	    "polaczen*|polaczyc|pripoj*|spojeni|соединен*|подключ*|"
	    "зєднан*|з єднан*|підключ*|baglant*|baglan*|yhtey*|kapcsolat*|"
	    "συνδεσ*|连接|連線|連接|接続|연결|접속"),
	WORDS(RESOLVE,
	    "aufgelost|auflosen|auflosung*|namensauflosung|resol*|resolver|"
	    "resoudre|resolucion|resolucao|risoluzione|risolvere|"
	    "omzetten|herleid*|matcha vardnamn|slas upp|rozwiaz*|"
	    "prelozit|разреш* им*|разрешить имя|преобразов*|"
	    "розпізна*|cozumlen*|cozulem*|selvitt*|feloldan*|feloldas*|"
	    "επιλυ*|解析|名前解決|解決できません|확인할 수 없습니다 호스트|"
	    "이름을 확인"),
	WORDS(HOST,
	    "*dienst|servicio|servizio|servico|tjanst*|usluga|служб*|hizmet|"
	    "服务|サービス|서비스|netzwerk*|reseau|rete|netwerk|natverk*|"
	    "netvaerk*|nettverk*|"
	    "siec|sieci|sit|сеть|сети|мереж*|verkko*|halozat*|δικτυ*|网络|網路|"
	    "ネットワーク|네트워크|server*|*hostname*|rechner*|hote|serveur|"
	    "nom dhote|"
	    "nom d hote|servidor*|nombre de host|nome do host|nome host|"
	    "hostnaam|vard*|vardnamn*|serwer*|hosta|hostitel*|сервер*|"
	    "узел|узла|хост*|вузол|вузла|вузлом|sunucu*|palveli*|kiszolgalo*|"
	    "gazda*|διακομιστ*|服务器|主机|伺服器|主機|サーバ*|ホスト|서버|"
	    "호스트"),
	WORDS(ADMIN,
	    "administrator*|administrateur*|administrador*|"
	    "amministrator*|beheerder*|administrator*|administrasjon*|"
	    "spravc*|администратор*|адміністратор*|yonetici*|"
	    "jarjestelmanvalvoja*|yllapitaja*|rendszergazda*|"
	    "διαχειριστ*|管理员|管理員|系統管理|管理者|관리자"),
	WORDS(APPROVE,
	    "*genehmig*|freigabe|freigeben|zustimmung ~ admin*|approb*|"
	    "approuv*|aprobac*|aprobar|aprovac*|aprovar|approvaz*|"
	    "goedkeur*|godkann*|godkend*|godkjenn*|zatwierdz*|zgod*|"
	    "schval*|одобр*|утвержд*|разрешен* администратор*|схвален*|"
	    "onay*|hyvaksy*|jovahagy*|εγκρισ*|批准|审批|核准|承認|승인"),
	WORDS(CONSENT,
	    "*zustimm*|*einwillig*|zugestimmt|consent*|consiment*|consens*|"
	    "samtyck*|"
	    "samtykk*|toestemming*|zgod*|souhlas*|соглас*|згод*|"
	    "suostumu*|hozzajarul*|συγκαταθεσ*|riza|同意|許諾|동의"),
	WORDS(MANY,
	    "zu viele|zu oft|zu haufig|uberschritten|trop de|trop "
	    "nombreu*|depasse|demasiad*|excedid*|superad*|limite de|"
	    "muitas|muitos|excedeu|excesso|troppi|troppe|superat*|"
	    "te veel|overschreden|for manga|for mange|overskredet|"
	    "overskrid*|overskrids|zbyt wiele|za duzo|przekroczon*|"
	    "prilis mnoho|prekrocen*|слишком много|превышен*|"
	    "забагато|перевищен*|cok fazla|asildi|liian monta|"
	    "liian paljon|ylitetty|tul sok|tullep*|παρα πολλ*|"
	    "υπερβ*|过多|太多|过于频繁|過於頻繁|次数过多|超过|超過|多すぎ|超え|너무 많|초과했"),
	WORDS(TEMPORARY,
	    "vorubergehend*|zeitweise|temporar*|momentan|zurzeit|derzeit|"
	    "temporaire*|momentane*|provisoire*|temporal*|"
	    "temporari*|temporane*|momentane*|tijdelijk*|tillfallig*|"
	    "midlertidig*|"
	    "tymczasow*|chwilow*|docasn*|временн*|тимчасов*|gecici*|"
	    "tilapai*|ideiglenes*|atmeneti*|προσωριν*|暂时|暫時|临时|一時|"
	    "일시적"),
	WORDS(AGAIN,
	    "spater|erneut versuchen|noch einmal|versuchen sie es|"
	    "plus tard|reessay*|ulterieurement|mas tarde|"
	    "intentelo de nuevo|vuelva a intentar*|mais tarde|"
	    "tente novamente|piu tardi|riprova*|riprovare|later opnieuw|"
	    "probeer het|forsok igen|senare|prov igen|senere|pozniej|"
	    "ponownie|pozdeji|zkuste|позже|повторите|пізніше|"
	    "daha sonra|tekrar deneyin|myohemmin|kesobb|αργοτερα|"
	    "请稍后|稍后|稍後|再试|重试|後でもう一度|再試行|しばらく|나중에|"
	    "다시 시도"),
	WORDS(USER,
	    "*benutzer*|anwender*|*konto|*kontos|nutzer*|utilisateur*|"
	    "compte|comptes|usuari*|cuenta|cuentas|conta|utilizador*|"
	    "utente|utenti|account|gebruiker*|anvandar*|bruger*|bruker*|"
	    "kontot|kontoen|uzytkownik*|kont*|uzivatel*|ucet|uctu|"
	    "пользовател*|учетн*|аккаунт*|користувач*|обліков*|kullanic*|"
	    "hesap|hesab*|kayttaj*|tili|tilisi|felhasznal*|fiok*|χρηστ*|"
	    "λογαριασμ*|用户|账户|账号|帐户|使用者|帳戶|帳號|ユーザ*|"
	    "アカウント|"
	    "사용자|계정"),
	WORDS(UNKNOWN,
	    "не удалось найти|не вдалося знайти|nicht finden|"
	    "impossible de trouver|no se pudo encontrar|"
	    "no se puede encontrar|nao foi possivel encontrar|"
	    "impossibile trovare|niet vinden|inte hitta|nie mozna znalezc|"
	    "nelze najit|nepodarilo se najit|bulunamiyor|"
	    "unbekannt*|nicht gefunden|existiert nicht|nicht vorhanden|"
	    "gibt es nicht|nicht bekannt|inconnu*|introuvable*|"
	    "n existe pas|pas trouve*|desconocid*|no existe|"
	    "no se encontr*|no se ha encontrad*|no encontrad*|"
	    "desconhecid*|nao existe|nao encontr*|nao foi encontrad*|"
	    "sconosciut*|non esiste|non trovat*|non e stat* trovat*|"
	    "onbekend*|niet gevonden|bestaat niet|okan*|hittades inte|"
	    "hittas inte|finns inte|ukendt|ukjent|findes ikke|finnes "
	    "ikke|ikke fundet|ikke funnet|nieznan*|nie istnieje|"
	    "nie znaleziono|nie odnaleziono|neznam*|neexistuje|nenalezen*|"
	    "неизвест*|не найден*|не существ*|невідом*|не знайден*|"
	    "не існує|bilinmeyen|bulunamadi|yok|mevcut degil|tuntemat*|"
	    "ei loydy|ei loytyn*|ei ole olemassa|ismeretlen|"
	    "nem talalhato|nem letezik|αγνωστ*|δεν βρεθηκε|δεν υπαρχει|"
	    "未知|不存在|找不到|未找到|不明な|見つかりません|存在しません|"
	    "알 수 없|찾을 "
	    "수 없|존재하지"),
	WORDS(DISABLED,
	    "deaktiviert|abgeschaltet|ausgeschaltet|nicht aktiviert|"
	    "inaktiv|stillgelegt|desactive*|inactif*|suspendu*|"
	    "deshabilitad*|desactivad*|inhabilitad*|suspendid*|"
	    "desativad*|desabilitad*|suspens*|disabilitat*|disattivat*|"
	    "sospes*|uitgeschakeld|gedeactiveerd|inaktivera*|avstangd|"
	    "deaktiveret|deaktivert|wylaczon*|nieaktywn*|zawieszon*|"
	    "zakazan*|deaktivovan*|vypnut*|отключ*|деактивир*|неактив*|"
	    "приостановл*|вимкнен*|деактивован*|devre disi*|"
	    "kapatildi|poistettu kaytosta|letiltva|letiltott*|tiltva|"
	    "kikapcsol*|"
	    "απενεργοποι*|已禁用|禁用|停用|已停用|無効になって|無効化|비활성|"
	    "사용 중지"),
	WORDS(LOCKED,
	    "*gesperrt*|verrouille*|bloque*|bloquead*|bloccat*|vergrendeld|"
	    "last ut|lases|last|lastes|laast|last ned|zablokowan*|"
	    "zamcen*|uzamcen*|заблокир*|заблоков*|kilitlen*|kilitli|"
	    "lukittu|zarolt*|zarolva|κλειδωμεν*|κλειδωθη*|锁定|鎖定|ロック|"
	    "잠겼|잠긴|잠김"),
	WORDS(FACTOR,
	    "mehrstufig*|mehrfach*|*faktor*|zwei faktor|multi faktor|"
	    "zweistufig*|multifacteur|"
	    "multi facteur*|double facteur|deux facteurs|multifactor|"
	    "multiples factores|dos factores|en dos pasos|"
	    "dois fatores|multifator|varios fatores|piu fattori|"
	    "due fattori|tweestaps*|meervoudig*|verificatie in twee|"
	    "tvafaktor*|flerfaktor*|wieloskladnik*|dwuetapow*|"
	    "dvoufaktor*|vicefaktor*|многофактор*|двухфактор*|"
	    "двухэтап*|багатофактор*|двофактор*|cok faktorlu|iki adimli|"
	    "iki faktorlu|monivaihe*|kaksivaihe*|tobbtenyezos|ketlepcso*|"
	    "πολλων παραγοντων|δυο παραγοντων|多重|双重验证|多因素|雙重驗證|"
	    "多要素|"
	    "二段階|2 段階|2단계|다단계|다중"),
	WORDS(DEVICE,
	    "*gerat*|appareil*|peripherique|dispositivo*|"
	    "apparaat|enhet*|enhed*|urzadzen*|zarizen*|устройств*|"
	    "пристро*|cihaz*|laite*|eszkoz*|συσκευ*|设备|裝置|デバイス|기기|"
	    "장치"),
	WORDS(POLICY,
	    "*richtlinie*|zugriffsrichtlinie*|bedingte* zugriff*|strategie*|"
	    "politique*|directiva*|politica*|acceso condicional|"
	    "acces conditionnel|criteri|kriteri*|critere*|criterio*|kryteri*|"
	    "критери*|olcut*|diretriz*|beleid|"
	    "voorwaardelijke toegang|princip*|policyn|villkorsstyrd*|"
	    "politik*|zasad*|zasady|podmineny pristup|политик*|"
	    "условн* доступ*|політик*|ilke*|kosullu erisim|kaytanto*|"
	    "hazirend*|szabalyzat*|πολιτικ*|策略|政策|原則|条件|條件|条件付きアクセス|"
	    "ポリシー|정책|조건부"),
	WORDS(PROXY,
	    "*proxy*|mandataire|прокси*|проксі*|代理服务器|代理|プロキシ|"
	    "프록시"),
	WORDS(CLIENT,
	    "*anwendung*|applikation*|application*|applicazion*|aplicac*|"
	    "aplicativ*|toepassing*|applicatie*|programm*|applikation*|"
	    "aplikac*|"
	    "клиент*|приложен*|клієнт*|застосун*|додаток|uygulama*|"
	    "istemci*|sovellu*|alkalmazas*|εφαρμογ*|应用|客户端|應用程式|"
	    "用戶端|アプリ*|クライアント|앱|애플리케이션|응용 프로그램|"
	    "클라이언트"),
	WORDS(SECRET,
	    "*geheimnis*|clientschlussel|geheimer schlussel|"
	    "secret du client|secreto|segredo|segreto|clientgeheim|"
	    "klienthemlighet*|hemlighet*|klucz tajny|tajny|tajne|"
	    "tajny klic|секрет*|gizli anahtar*|sir|密钥|密碼金鑰|"
	    "シークレット|비밀 키|암호 키"),
	WORDS(SCOPE,
	    "berechtigungsumfang|gultigkeitsbereich|*bereich|portee|"
	    "etendue|ambito|escopo|bereik|omfang|omfattning|zakres*|"
	    "rozsah*|област*|kapsam*|范围|範圍|スコープ|범위"),
	WORDS(REDIRECT,
	    "*umleitung*|*weiterleitung*|antwort url|antwortadresse|"
	    "uri de redirection|redireccion*|redirecionament*|"
	    "reindirizzament*|omleidings*|omdirigering*|przekierow*|"
	    "presmerov*|перенаправлен*|重定向|回复 url|リダイレクト|리디렉션"),
	WORDS(SESSION,
	    "sitzung*|sesion|sessao|session|sessione|sessie|sesj*|relac*|"
	    "сеанс*|сесі*|сесс*|oturum|oturumu*|oturumunuz*|istunto*|"
	    "munkamenet*|συνεδρι*|会话|工作階段|セッション|세션"),
	WORDS(REQUIRED,
	    "erforderlich|muss|mussen|benotig*|verlangt|requis*|"
	    "necessaire|obligatoire|exige*|doit|doivent|besoin|"
	    "necesari*|necesita*|requerid*|requier*|debe|deben|"
	    "obligatori*|necessari*|precisa|deve|devem|e richiest*|"
	    "richiest*|occorre|vereist|nodig|moet|kravs|maste|behover|"
	    "kraeves|kreves|pakraev*|pakrev*|skal|wymagan*|nalezy|potrzebn*|vyzadovan*|"
	    "vyzaduje|musite|nutne|требу*|необходим*|должен|должны|"
	    "потріб*|необхідн*|gerekli|gerekiyor|gerekir|zorunlu|"
	    "vaadit*|tarvitaan|szukseges|kell|απαιτ*|需要|必须|必要|必須|"
	    "が必要|필요|해야"),
	WORDS(REQUEST,
	    "*anfrage*|*anforderung*|*versuch*|demande*|requete*|tentativ*|"
	    "essais|solicitud*|intento*|peticion*|pedido*|richiest*|"
	    "aanvra*|verzoek*|poging*|begaran*|forsok|forespors*|zadan*|"
	    "prob|pozadav*|pokus*|запрос*|запит*|попыт*|спроб*|istek*|"
	    "deneme*|pyynto*|yrityk*|keres*|kiserlet*|προσπαθ*|αιτημ*|"
	    "请求|請求|尝试|嘗試|要求|試行|요청|시도"),
	WORDS(MISSING,
	    "fehlt|fehlen|fehlend*|nicht angegeben|manquant*|manque|"
	    "absent*|falta|faltan|ausente|ausent*|em falta|mancant*|manca|"
	    "ontbreek*|ontbrek*|saknas|mangler|brak|brakuje|chybi|"
	    "отсутств*|не указан*|відсутн*|eksik|puuttu*|hianyz*|λειπει|"
	    "缺少|缺失|不足して|ありません|누락|없습니다"),
	WORDS(CLOCK,
	    "uhrzeit|systemzeit|uhr|horloge|reloj|relogio|orologio|"
	    "systeemklok|klocka*|zegar*|hodin*|часы|системн* врем*|"
	    "годинник|saati|kello|系统时间|时钟|時計|시계"),
	WORDS(TENANT,
	    "*mandant*|*verzeichnis*|locataire|annuaire|inquilino*|"
	    "directorio|diretorio|locatario|klientorganisation*|katalog*|"
	    "dzierzaw*|adresar*|клиент организ*|каталог*|арендатор*|"
	    "kiraci*|dizin*|vuokraaja|租户|租用戶|目录|テナント|ディレクトリ|"
	    "테넌트|"
	    "디렉터리"),
	WORDS(MAILBOX,
	    "postfach*|mailbox*|boite aux lettres|boite de reception|"
	    "buzon|caixa de correio|casella*|postvak*|brevlad*|postlad*|"
	    "postkass*|postboks*|skrzynk*|schrank*|почтов* ящик*|"
	    "поштов*|posta kutusu|postilaatikko|postafiok*|邮箱|信箱|"
	    "メールボックス|사서함"),
	WORDS(CODE,
	    "ce code|dieser code|este codigo|questo codice|deze code|ten kod|"
	    "этот код|le code|votre code|der code|ihr code|de code|uw code|"
	    "*geratecode|code d appareil|codigo*|codice|kod|kodu|"
	    "kod*|код|代码|验证码|コード|코드"),
	WORDS(UNSUPPORTED,
	    "nicht unterstutzt|nicht verfugbar|nicht erreichbar|"
	    "pas pris en charge|indisponible*|non pris en charge|"
	    "no disponible*|no admitid*|no compatible|no soportad*|"
	    "no esta disponible|indisponivel|nao disponivel|"
	    "nao suportad*|non disponibile|non supportat*|"
	    "niet beschikbaar|niet ondersteund|stods inte|"
	    "inte tillganglig*|otillganglig*|ikke tilgaengelig|"
	    "ikke tilgjengelig|understottes ikke|stottes ikke|"
	    "niedostepn*|nieobslugiwan*|nedostupn*|nepodporovan*|"
	    "недоступ*|не поддержив*|не підтрим*|desteklenm*|"
	    "kullanilamiyor|ei kaytettavissa|ei tueta|nem elerheto|"
	    "nem tamogatott|μη διαθεσιμ*|不可用|不支持|無法使用|不支援|"
	    "利用できません|"
	    "サポートされて*|使用できません|사용할 수 없|지원되지"),
	WORDS(MECHANISM,
	    "mechanismus*|mecanisme*|mecanismo*|meccanism*|mechanizm*|"
	    "механизм*|механізм*|mekanizma*|机制|メカニズム"),
	WORDS(CHANGED,
	    "geandert|andern|zuruckgesetzt|zurucksetzen|modifie*|change|"
	    "changer|reinitialis*|cambiad*|cambiar|restablec*|alterad*|"
	    "alterar|redefin*|modificat*|cambiat*|cambiare|reimpost*|"
	    "reimposta*|gewijzigd|wijzigen|andrat*|andras|byta|aendret|"
	    "endret|zmienion*|zmienic|zmiany|zmenen*|zmenit|изменен*|"
	    "измен*|сменить|смен*|сброшен*|змінен*|змінити|degistir*|"
	    "vaihdett*|vaihtaa|modosit*|megvaltoz*|αλλαξ*|αλλαγ*|"
	    "更改|已更改|变更|變更|重置|変更|リセット|변경|재설정"),
	WORDS(MISMATCH,
	    "stimmt nicht uberein|stimmen nicht uberein|"
	    "stimmt nicht|passt nicht|passen nicht|"
	    "abweich*|ne correspond*|non concordant*|no coincid*|"
	    "no correspond*|nao corresponde*|nao coincid*|"
	    "non corrispond*|komt niet overeen|komen niet overeen|"
	    "matchar inte|stammer inte|overensstammer inte|"
	    "passer ikke|stemmer ikke|niezgodn*|nie zgadza|nie pasuje|"
	    "neodpovida|neshod*|не совпад*|не соответств*|"
	    "не збіга*|не відповіда*|eslesmiyor|uyusmuyor|ei tasmaa|"
	    "ei vastaa|nem egyezik|δεν ταιριαζ*|不匹配|不一致|不符|"
	    "一致しません|일치하지"),
	WORDS(SELF_SIGNED,
	    "selbstsigniert*|selbst signiert*|autosigne*|auto signe*|"
	    "autofirmad*|autoassinad*|autofirmat*|zelfondertekend*|"
	    "sjalvsigner*|selvsigner*|samopodpisan*|"
	    "podpisan* sam*|самоподписан*|самопідписан*|"
	    "kendinden imzali|itse allekirjoitet*|onalairt|自签名|自簽|"
	    "自己署名|자체 서명"),
	WORDS(RESET,
	    "zuruckgesetzt von|unterbroch*|getrennt|abgebroch*|"
	    "geschlossen|interrompu*|reinitialis*|ferme*|reinitialisee par|"
	    "perdue|"
	    "interrumpid*|cerrad*|restablecid*|perdid*|interrompid*|"
	    "encerrad*|fechad*|interrott*|chius*|persa|verbroken|"
	    "gesloten|brots|avbrots|stangdes|afbrudt|avbrutt|"
	    "przerwan*|zamkniet*|zerwan*|preruseno|ukoncen*|uzavren*|"
	    "разорван*|прерван*|закрыт*|сброшен* соедин*|розірван*|"
	    "закрит*|kesildi|kapatildi|sifirlandi|katkesi|suljettu|"
	    "megszakad*|lezar*|διακοπηκε|中断|断开|重置连接|被重置|被重設|切断|"
	    "リセットされ|"
	    "끊|종료"),
	WORDS(UNREACHABLE,
	    "nicht erreichbar|unerreichbar|injoignable*|inaccessible*|"
	    "inalcanzable*|inaccesible*|inacessivel|irraggiungibil*|"
	    "onbereikbaar|kan inte nas|gar inte att na|nieosiagaln*|"
	    "nedosazitel*|недостиж*|недосяжн*|erisilemiyor|"
	    "ei tavoitettavissa|nem erheto el|无法访问|無法連線|到達できません|"
	    "연결할 수 없"),
	WORDS(BROWSER,
	    "*browser*|navigateur|navegador|przegladark*|prohlizec*|"
	    "браузер*|tarayici*|selain*|bongeszo*|浏览器|瀏覽器|ブラウザ*|"
	    "브라우저"),
	WORDS(LICENCE,
	    "*lizenz*|abonnement|licencia|licenca|licenza|licens*|lisens*|"
	    "licencj*|лиценз*|ліценз*|lisans*|lisenssi*|许可证|授權|"
	    "ライセンス|라이선스"),
	WORDS(UNKNOWN,
	    "geloscht|entfernt|supprime*|eliminad*|borrad*|excluid*|"
	    "eliminat*|verwijderd|borttag*|raderat*|slettet|usuniet*|"
	    "odstranen*|smazan*|удален*|видален*|silindi|silinmis|"
	    "poistettu|torolt*|διαγραφηκε|已删除|删除|已刪除|削除|삭제"),
	WORDS(DECLINED,
	    "abgebrochen|annule*|cancelad*|annullat*|geannuleerd|"
	    "avbrutits|annulleret|anulowan*|zrusen*|отменен*|скасован*|"
	    "iptal|peruttu|megszakitott*|取消|キャンセル|취소"),
	WORDS(INTERNAL,
	    "interne|interner|internes|interno|interna|internt|*wartung*|"
	    "*storung*|uberlastet|panne|surcharge|"
	    "mantenimiento|manutencao|manutenzione|storing|onderhoud|"
	    "driftst*|konserwac*|udrzb*|внутренн*|обслуживан*|внутрішн*|"
	    "dahili|bakim|sisainen|belso|εσωτερικ*|内部|維護|维护|メンテナンス|"
	    "내부|점검"),
	WORDS(RIGHTS,
	    "*zugriff*|*zugreif*|*berechtig*|rechte|acces|autorisation*|droits|"
	    "permis*|acceso|acesso|autorizac*|accesso|autorizz*|"
	    "toegang*|rechten|machtiging*|atkomst|behorighet*|adgang|"
	    "tilgang|dostep*|uprawnien*|pristup*|opravneni|доступ*|"
	    "прав|права|erisim|yetki*|izin*|kayttooikeu*|hozzafer*|"
	    "jogosult*|προσβασ*|δικαιωμ*|访问|权限|存取|權限|アクセス|権限|"
	    "액세스|"
	    "접근|권한"),
	WORDS(SUCCESS,
	    "erfolgreich|reussi*|exitos*|bem sucedid*|riuscit*|geslaagd|"
	    "lyckades|vellykket|pomyslnie|uspesn*|успешн*|успішн*|"
	    "basarili|onnistui|sikeres*|επιτυχ*|成功|성공"),
	WORDS(LONG,
	    "zu lang|zu gross|trop long*|trop grand*|demasiado larg*|"
	    "muito long*|troppo lung*|te lang|for lang*|zbyt dlug*|"
	    "prilis dlouh*|слишком длин*|cok uzun|过长|太长|長すぎ"),
	/* Arabic; Hebrew; Romanian; Vietnamese; Indonesian; Thai; Hindi; Croatian,
	 * Serbian and Slovene; Slovak; Bulgarian */
	WORDS(AUTH,
	    "*تسجيل الدخول*|*تسجيل دخول*|*سجل الدخول*|*مصادقه*|"
	    "*بيانات الاعتماد*|*התחברות*|*אימות*|*כניסה*|autentific*|"
	    "logare|xac thuc|dang nhap|autentikasi|otentikasi|masuk|"
	    "*เข้าสู่ระบบ*|*ลงชื่อเข้า*|*ตรวจสอบสิทธิ์*|"
	    "*รับรองความถูกต้อง*|*साइन इन*|*प्रमाणीकरण*|*लॉग इन*|"
	    "prijav*|autentifik*|overenie|удостоверяв*"),
	WORDS(FAILED,
	    "*فشل*|*خطا*|*تعذر*|*لا يمكن*|*נכשל*|*שגיאה*|*לא ניתן*|"
	    "esuat*|esec|eroare|nu s a putut|nu se poate|that bai|"
	    "khong thanh cong|khong the|loi xac thuc|loi ket noi|gagal|"
	    "kesalahan|tidak dapat|tidak bisa|*ล้มเหลว*|*ข้อผิดพลาด*|"
	    "*ไม่สามารถ*|*ไม่สำเร็จ*|*विफल*|*त्रुटि*|neuspjel*|"
	    "neuspel*|neuspes*|zlyhal*|zlyhan*|greska|pogresk*|napaka|"
	    "неуспешн*|грешка"),
	WORDS(TOKEN,
	    "*رمز مميز*|*الرمز المميز*|*אסימון*|ma thong bao|*โทเค็น*|"
	    "*टोकन*|zeton*|жетон*|маркера"),
	WORDS(REFRESH, "*تحديث*|reimprospat*|osvezi*|lam moi|penyegaran"),
	WORDS(EXPIRED,
	    "*انتهت صلاحي*|*انتهاء صلاحي*|*منتهي*|*انتهت*|*פג תוק*|"
	    "*פגה*|פג|*فاقد الصلاحي*|expirat*|het han|kedaluwarsa|"
	    "kadaluarsa|kadaluwarsa|berakhir|*หมดอายุ*|*समाप्त*|"
	    "istekl*|istekao|potekl*|potekel|vyprsal*|изтек*"),
	WORDS(REVOKED,
	    "*ابطال*|*الغاء*|*בוטל*|revocat*|bi thu hoi|dicabut|"
	    "*ถูกเพิกถอน*|opozvan*|preklican*|отнет*"),
	WORDS(PASSWORD,
	    "*كلمه المرور*|*كلمه مرور*|*كلمه السر*|*סיסמ*|parola*|"
	    "parolei|mat khau|kata sandi|*รหัสผ่าน*|*पासवर्ड*|lozink*|"
	    "geslo|gesla"),
	WORDS(WRONG,
	    "*غير صحيح*|*غير صالح*|*خاطئ*|*שגוי*|*לא חוקי*|*לא נכון*|"
	    "incorect*|gresit*|nevalid*|khong dung|khong hop le|"
	    "khong chinh xac|salah|tidak valid|tidak benar|"
	    "*ไม่ถูกต้อง*|*गलत*|*अमान्य*|pogresn*|neispravn*|netocn*|"
	    "napacn*|nespravn*|nevazec*|грешн*|невалид*"),
	WORDS(DENIED,
	    "*مرفوض*|*رفض*|*محظور*|*حظر*|*غير مسموح*|*נדחת*|*נדחה*|"
	    "*חסום*|*נחסמ*|respins*|refuzat*|blocat*|interzis*|tu choi|"
	    "bi chan|ditolak|diblokir|tidak diizinkan|*ปฏิเสธ*|"
	    "*ถูกบล็อก*|*अस्वीकार*|odbijen*|zavrnjen*|blokiran*|"
	    "отхвърлен*|блокиран*"),
	WORDS(CERTIFICATE,
	    "*شهاده*|*תעודת*|chung chi|*ใบรับรอง*|*प्रमाणपत्र*|"
	    "potrdil*|сертификат*"),
	WORDS(TRUST,
	    "*موثوق*|*מהימן*|incredere|tin cay|tepercaya|dipercaya|"
	    "*เชื่อถือ*|pouzdan*|zaupanj*|надежд*"),
	WORDS(TIMEOUT,
	    "*مهله*|*פסק זמן*|*הזמן הקצוב*|limita de timp|"
	    "het thoi gian|qua thoi gian|batas waktu|waktu tunggu|"
	    "waktu habis|*หมดเวลา*|isteklo vrijeme|vreme isteklo|"
	    "casovna omejitev|casovy limit|времето за изчакване"),
	WORDS(CONNECT,
	    "*اتصال*|*חיבור*|*להתחבר*|conexiun*|conecta*|ket noi|"
	    "koneksi|terhubung|menghubungkan|*เชื่อมต่อ*|*कनेक्शन*|"
	    "*कनेक्ट*|povezivanj*|povezav*|pripojeni*|връзка*|свързв*"),
	WORDS(RESOLVE, "*حل اسم*|*לפענח*|rezolv*|phan giai"),
	WORDS(HOST,
	    "*خادم*|*شبكه*|*שרת*|*רשת*|retea*|may chu|jaringan|"
	    "*เซิร์ฟเวอร์*|*เครือข่าย*|*सर्वर*|posluzitelj*|streznik*|"
	    "мрежа*|сървър*"),
	WORDS(ADMIN,
	    "*مسؤول*|*מנהל*|quan tri vien|nguoi quan tri|*ผู้ดูแล*|"
	    "*व्यवस्थापक*|skrbnik*|spravc*"),
	WORDS(APPROVE,
	    "*موافق*|*אישור*|aprob*|phe duyet|chap thuan|persetujuan|"
	    "menyetujui|*อนุมัติ*|*स्वीकृति*|*अनुमोदन*|odobr*|schvalen*"),
	WORDS(MANY,
	    "*عدد كبير*|*كثير*|*רבים מדי*|*רב מדי*|prea mult*|"
	    "qua nhieu|terlalu banyak|*มากเกินไป*|previse|prevec|"
	    "prilis vela|твърде много"),
	WORDS(TEMPORARY,
	    "*مؤقت*|*זמני*|temporar*|tam thoi|sementara|*ชั่วคราว*|"
	    "privremen*|zacasn*|docasn*|временн*"),
	WORDS(AGAIN,
	    "*لاحقا*|*مره اخري*|*מאוחר יותר*|*שוב*|mai tarziu|"
	    "incercati din nou|thu lai|coba lagi|nanti|*ลองใหม่*|"
	    "*ลองอีกครั้ง*|kasnije|pozneje|neskor|по късно"),
	WORDS(USER,
	    "*المستخدم*|*حساب*|*משתמש*|*חשבון*|utilizator*|cont|"
	    "contul*|nguoi dung|tai khoan|pengguna|akun|*ผู้ใช้*|"
	    "*บัญชี*|*खाता*|*उपयोगकर्ता*|korisnik*|racun*|uporabnik*|"
	    "ucet*|потребител*|акаунт*|профил*"),
	WORDS(UNKNOWN,
	    "*غير معروف*|*غير موجود*|*لم يتم العثور*|*לא נמצא*|"
	    "*לא קיים*|necunoscut*|inexistent*|nu exista|"
	    "nu a fost gasit*|khong ton tai|khong tim thay|"
	    "tidak ditemukan|tidak ada|tidak dikenal|*ไม่พบ*|"
	    "*ไม่รู้จัก*|nepoznat*|ne postoji|ne obstaja|neexistuj*|"
	    "непознат*|не съществува"),
	WORDS(DISABLED,
	    "*معطل*|*تعطيل*|*מושבת*|*הושבת*|dezactivat*|vo hieu hoa|"
	    "bi vo hieu*|dinonaktifkan|*ปิดใช้งาน*|onemogucen*|"
	    "onemogocen*|vypnut*|деактивир*|изключен*"),
	WORDS(LOCKED,
	    "*مقفل*|*قفل*|*נעול*|*ננעל*|blocat*|bi khoa|terkunci|"
	    "dikunci|*ถูกล็อก*|zakljucan*|zaklenjen*|zamknut*|заключен*"),
	WORDS(FACTOR,
	    "*متعدد العوامل*|*متعدده العوامل*|*بخطوتين*|*דו שלבי*|"
	    "*רב גורמי*|multifactor*|doi pasi|mai multi factori|"
	    "hai yeu to|da yeu to|dua langkah|multifaktor|*หลายปัจจัย*|"
	    "*สองขั้นตอน*|dvofaktor*|visefaktor*|vecfaktor*|"
	    "многофактор*"),
	WORDS(DEVICE,
	    "*جهاز*|*מכשיר*|dispozitiv*|thiet bi|perangkat|*อุปกรณ์*|"
	    "uredaj*|naprav*|zariaden*|устройств*"),
	WORDS(POLICY,
	    "*سياس*|*מדיניות*|politic*|chinh sach|kebijakan|*นโยบาย*|"
	    "pravil*|zasady|политик*"),
	WORDS(CLIENT,
	    "*تطبيق*|*אפליקצי*|*יישום*|aplicati*|ung dung|aplikasi|"
	    "*แอป*|*ऐप*|aplikacij*|приложен*"),
	WORDS(SESSION,
	    "*جلسه*|*ההפעלה*|sesiun*|phien dang nhap|phien lam viec|"
	    "sesi|*เซสชัน*|*सत्र*|sesij*|seja|relaci*|сесия*"),
	WORDS(REQUIRED,
	    "*يلزم*|*مطلوب*|*يجب*|*تحتاج*|*يحتاج*|*נדרש*|*דרוש*|"
	    "necesar*|necesit*|trebuie|can co|can duoc|can phai|"
	    "yeu cau|bat buoc|diperlukan|memerlukan|membutuhkan|harus|"
	    "*จำเป็น*|*ต้องการ*|*आवश्यक*|potrebn*|obavezn*|zahtijev*|"
	    "zahteva*|vyzaduj*|изисква*|необходим*"),
	WORDS(MAILBOX,
	    "*صندوق البريد*|*علبه البريد*|*תיבת*|cutia postala|hop thu|"
	    "kotak surat|*กล่องจดหมาย*|postansk*|пощенск*"),
	WORDS(BROWSER,
	    "*متصفح*|*דפדפן*|trinh duyet|peramban|*เบราว์เซอร์*|"
	    "preglednik*|brskalnik*|prehliadac*|браузър*"),
	WORDS(UNREACHABLE,
	    "*لا يمكن الوصول*|inaccesibil*|khong the truy cap|"
	    "tidak dapat dijangkau|nedostupan|nedosegljiv*|недостъп*"),
	WORDS(RIGHTS,
	    "*الوصول*|*اذن*|*גישה*|*הרשא*|acces*|permisiun*|quyen|"
	    "truy cap|akses|izin|*สิทธิ์*|*अनुमति*|pristup*|dostop*|"
	    "достъп*|права"),
	WORDS(SUCCESS,
	    "*بنجاح*|*בהצלחה*|cu succes|thanh cong|berhasil|*สำเร็จ*|"
	    "uspjesn*|uspesn*|успешн*"),
};

const size_t explain_foreign_words_count = EXPLAIN_ROWS(explain_foreign_words);
