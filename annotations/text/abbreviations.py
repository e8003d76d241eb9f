"""Words after which a full stop does not end the sentence, by language; without their stops, in lower case."""


def _words(table: str) -> frozenset[str]:
    return frozenset(table.split())


# Something always follows these: a name, a number, an example.
BEFORE_SOMETHING = _words(
    """
    mr mrs ms mx dr prof rev fr hon sen sens rep reps gov govs pres gen lt col sgt capt cpl cmdr cdr adm maj pvt
    det supt insp st ste mt ft no nos vol vols fig figs pp vs v ca approx dept univ messrs
    e.g i.e cf lt.gen lt.col maj.gen brig.gen
    nr abs art bzw z.b d.h u.a o.ä i.d.r vgl hr fr hrn dipl ing evtl ggf inkl zzgl sog geb gest verh mind max min
    tel str prof.dr z.t u.u s.o s.u v.a bspw ggü ev kath
    m mm mme mmes mlle mlles me mgr av bd boul chap éd env p.ex c.-à-d
    sr sra srta dra d dña lic ing ud uds pág núm
    sig sig.ra dott avv on
    """
)
# These may stand in the middle of a sentence and at its end.
MAYBE_LAST = _words(
    """
    u.s u.k u.n e.u d.c u.s.a u.a.e a.m p.m etc jr sr inc corp co ltd llc plc bros al ave blvd rd sq esq est
    jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun
    usw usf mio mrd tsd jh jhdt st.gallen gmbh ag kg
    janv févr avr juil déc sté
    ph.d m.d b.a m.a
    """
)
# German dates and ordinals: "am 3. März", "im 20. Jahrhundert".
AFTER_ORDINAL = _words(
    """
    januar jänner februar märz april mai juni juli august september oktober november dezember
    jan feb mär apr jun jul aug sep sept okt nov dez jahrhundert jahrhunderts jahrhunderte jahrtausend
    jahrestag geburtstag todestag bundesliga liga platz rang mal klasse kapitel bezirk stock etage weltkrieg
    weltkriegs lebensjahr lebensjahres tag woche
    wahlperiode legislaturperiode senat zivilsenat strafsenat armee
    """
)
BEFORE_ORDINAL = _words(
    """
    am im vom zum der die das des dem den ab bis seit beim ein eine einem einen einer eines und zur ins jeder
    jeden
    """
)
# With one of these a sentence begins, so the stop before it ended one.
SENTENCE_OPENERS = _words(
    """
    the a an he she it they we i you this that these those there his her its their our my your but and or so in on
    at as
    if when while for from with by after before since though although however according what who why how where no
    not yet now then one some many most all both each either neither another such according meanwhile still also
    der die das ein eine er sie es wir ich ihr aber und doch auch im am an auf bei nach seit mit für dies diese
    dieser
    le la les un une il elle ils elles on nous je mais et dans pour selon ce cette ces
    """
)
# After “Why?” a capital letter may begin the words of saying: “Why?” Kirby asked.
SAYING = _words(
    """
    said says say asked asks ask added adds told tells replied replies responded wrote writes tweeted shouted
    cried
    wondered exclaimed demanded continued insisted quipped joked warned yelled
    sagte sagt fragte fragt rief meinte schrieb
    """
)
