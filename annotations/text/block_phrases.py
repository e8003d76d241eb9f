"""How lines begin that are no paragraphs: the house words of news desks, by kind and language."""

import re

# A mark that may open a notice before its first word.
_OPEN = r"[\[(【（《*_■▼◆●※]*\s*"


def _line_of(*phrases: str, after: str) -> re.Pattern[str]:
    return re.compile(rf"{_OPEN}(?:{'|'.join(phrases)})(?:{after})", re.IGNORECASE)


# "Correction officers said" is no correction: a colon must follow, or a date and a colon.
CORRECTION = (
    _line_of(
        "corrections?", "clarifications?", "editor['’]?s['’]? note", "editors['’] note", "note to readers",
        "updated?",
        "korrektur(?:hinweis)?", "berichtigung", "richtigstellung", "aktualisierung", "nachtrag",
        "(?:anm(?:erkung|\\.)|hinweis) d(?:er|\\.) red(?:aktion|\\.)",
        "rectificatif", "correctif", "erratum", "précision", "mise à jour", "note de la rédaction",
        "n\\.?d\\.?l\\.?r\\.?",
        "corrección", "fe de erratas", "nota de la redacción", "correzione", "nota della redazione",
        "تصحيح", "توضيح", "تنويه", "ملاحظة (?:من )?(?:المحرر|التحرير)",
        "(?:お詫びと)?訂正", "おわびと訂正", "編集部?[注註]", "編集者[注註]", "更正(?:啟事|启事)?", "編者按",
        "编者按",
        after=r"(?:\s*[,(（–-]?(?=[^:：]{0,40}\d)[^:：]{1,40})?\s*[\])】）》]*\s*[:：]|\s*[\])】）》]+",
    ),
    _line_of(
        "an earlier version of this (?:article|story|report)",
        "this (?:article|story|report) (?:has been|was) (?:corrected|updated|amended)",
        "in einer früheren (?:version|fassung) (?:dieses|des) (?:artikels|textes|berichts)",
        "une (?:première|précédente) version de cet article", "وردت في نسخة سابقة من هذا", "(?:当初|以前)の記事で",
        after=r"\b|(?=\W)|",
    ),
)  # fmt: skip

CAPTION = (
    _line_of(
        "(?:file )?photo(?:graph)?s?", "(?:file )?pictures?", "images?", "graphics?", "video", "captions?",
        "illustrations?",
        "fotos?", "archivfoto", "bild(?:unterschrift|er)?", "symbolbild", "grafik",
        "(?:crédits? )?photos?", "légende", "infographie", "imagen", "foto de archivo",
        "(?:ال)?صورة", "(?:ال)?صور", "فيديو", "写真(?:説明)?", "画像", "図", "動画", "资料图", "圖", "图",
        after=r"\s*[:：/]|\s*[】）]",
    ),
    _line_of(
        r"(?:\w+ )?(?:photo(?:graph)?s?|image|picture|video) (?:by|courtesy(?: of)?)", r"foto von", r"photo de",
        after=r"\s+(?=\w)",
    ),
    re.compile(r".{0,200}\b(?:Getty Images|AP Photo|AFP Photo|picture[- ]alliance)\b.{0,60}\Z", re.IGNORECASE),
)  # fmt: skip

# Whole lines: as the first words of a paragraph they would be ordinary words.
_WHOLE_LINES = _line_of(
    "advertis(?:e)?ment", "sponsored(?: content)?", "share", "tweet", "email", "print", "subscribe", "sign up",
    "comments?",
    "anzeige", "werbung", "teilen", "drucken", "abonnieren", "newsletter", "kommentare?",
    "publicité", "partager", "imprimer", "s['’]abonner", "newsletters?", "commentaires?", "publicidad", "compartir",
    "إعلان", "شارك", "مشاركة", "اشترك", "طباعة", "広告", "シェア", "フォロー", "購読", "印刷", "コメント", "广告",
    "分享",
    after=r"\s*[\])】）!:：…]*\s*\Z",
)  # fmt: skip
_BEGINNINGS = _line_of(
    "©", r"\(c\) ?\d{4}", r"copyright (?:©|\(c\)|\d{4})", "all rights reserved",
    "follow (?:us|me|him|her|them|@)",
    "follow [\\w .]{2,40} on (?:twitter|facebook|instagram|x|threads|bluesky|mastodon)",
    "(?:like|find|join) us on", "share (?:this|on|via)", "subscribe (?:to|now|here|today|for)",
    "sign up (?:to|for|here|now)", "read (?:more|also|next|the (?:rest|full)|the original)", "also read", "see also",
    "more (?:on|from|in) this (?:story|topic)", "related(?: stories| articles)?:", "click here", "tap here",
    "download (?:our|the) app", "watch:", "listen:", "(?:first )?published:?(?= .{0,30}\\d)",
    "(?:last )?updated:?(?= .{0,30}\\d)",
    "posted(?: on)?:?(?= .{0,30}\\d)", "contact (?:the author|this reporter)",
    "folgen sie (?:uns|ihm|ihr)", "lesen sie (?:auch|mehr|hier|weiter)", "mehr zum thema", "alle rechte vorbehalten",
    "jetzt (?:abonnieren|teilen)", "zum thema:", "abonnieren sie",
    "suivez[- ](?:nous|le|la)", "(?:à )?lire (?:aussi|la suite|également)", "abonnez[- ]vous", "inscrivez[- ]vous",
    "partagez", "tous droits réservés", "voir aussi", "síguenos", "lea también", "leer más",
    "todos los derechos reservados",
    "تابع(?:ونا|نا|وا)", "شاركنا", "شارك هذا", "اشترك(?:وا)? (?:في|الآن)", "(?:ا)?قرأ (?:أيضا|أيضًا|المزيد)",
    "اقرأ(?:وا)? (?:أيضا|أيضًا|ايضا|المزيد)", "إقرأ (?:أيضا|المزيد)", "جميع الحقوق محفوظة", "حقوق النشر",
    "続きを読む", "関連記事", "あわせて読みたい", "合わせて読みたい", "フォローする", "シェアする", "無断転載",
    "有料会員",
    "この記事をシェア", "相关阅读", "延伸阅读", "版权所有", "版權所有", "责任编辑",
    after=r"(?!\w)|(?<=[:：@])|(?<=\d)|(?<=[\u3040-\u9fff])",
)  # fmt: skip
BOILERPLATE = (_WHOLE_LINES, _BEGINNINGS)

# A byline is a line of names: every word has a capital or joins names.
_JOINING = "and|und|et|y|e|with|mit|avec|in|of|for|the|de|der|den|des|du|van|von|da|di|del|la|le|el|al|bin|ibn|für|pour"
_NAMED = r"[^\W\d_a-zß-öø-ÿ][\w.'’\-]*"
BYLINE = re.compile(
    rf"(?:(?i:by|von|par|por|di)|BY):?\s+{_NAMED}(?:,?\s+(?:{_NAMED}|{_JOINING}|&|[|/]))*(?:,\s*[\w ]{{1,40}})?\s*\Z"
)
BYLINE_WITHOUT_CASE = re.compile(
    r"(?:بقلم|كتب(?:ت)?|إعداد|تقرير)\s*[:：]\s*\S.{0,60}\Z|(?:文|取材|執筆|記者|聞き手|作者|撰文)\s*[:：=＝・]\s*\S.{0,40}\Z"
)

EMBEDDED_POST = re.compile(r"@\w{1,40}\b|pic\.twitter\.com/\w+\s*\Z")
EMBEDDED_SIGNATURE = re.compile(r"[—–―-]{1,2}\s*\S.{0,80}\(@\w{1,40}\)")

_MONTHS = (
    r"(?:jan(?:uar|\.)?|jänner|feb(?:ruar|\.)?|märz|mrz|apr(?:il|\.)?|mai|juni?|juli?|aug(?:ust|\.)?|sept?(?:ember|\.)?"
    r"|okt(?:ober|\.)?|nov(?:ember|\.)?|dez(?:ember|\.)?)\b"
)
# "3. März" begins a German sentence, not a list.
LIST_ITEM = re.compile(
    rf"[-*•‣▪▫◦●○■□·➤►✓✔]\s+\S|\(?[0-9٠-٩]{{1,2}}[.)．]\s+(?!{_MONTHS})\S|[0-9０-９]{{1,2}}、\S|[①-⑳❶-❿]\s*\S|\(?[a-z]\)\s+\S",
    re.IGNORECASE,
)
