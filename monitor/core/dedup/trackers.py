"""Query parameters that say where a reader came from and never what is on the page.

A list of our own: what is not named here stays, because it may be the article's number.
"""

PREFIXES = ("utm_", "at_", "mtm_", "pk_", "piwik_", "matomo_", "hsa_", "ga_", "_hs", "guce_", "mc_", "oly_", "vero_")

NAMES = frozenset(
    """
    fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ysclid twclid ttclid li_fat_id igshid igsh epik s_kwcid
    _ga _gl _openstat mkt_tok hsctatracking wickedid ref_src ref_url referrer smid smtyp cmpid cmp_id campaign_id
    xtor xts xtref ns_campaign ns_mchannel ns_source ns_linkname ns_fee spm scm spm_id_from share_token sharetype
    __twitter_impression __source __s guccounter ocid ncid cvid ito icid cid_source taid trk trkcampaign trackid
    traffic_source soc_src soc_trk s_cid sr_share feedtype ftag ito rss_source fromrss wt_mc wt.mc_id wtmc wtrid
    nr_email_referer sk_medium social_source sharer share_source share_medium share_plat shareuid from_source
    outputtype amp amp_js_v amp_gsa usqp
    """.split()
)

# Parameters that are trackers only with such values: `source=rss` is one, `source=1234` may be the article.
WORDY = frozenset("ref source src from via partner medium campaign feature share output mode format type".split())
VALUES = frozenset(
    """
    rss atom feed feeds rssfeed homepage home front newsletter email mail twitter facebook linkedin whatsapp telegram
    social share sharing share_petition reddit flipboard smartnews applenews google googlenews bing yahoo msn push
    notification app amp web mobile emb_share youtu.be youtube widget syndication
    """.split()
)
