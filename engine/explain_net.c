/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The way to a server: names, connections, TLS, proxies and HTTP, in the
 * numbers and words of libcurl, OpenSSL, GnuTLS, Java, Python, Go, Node.js,
 * .NET, Postfix and the system.
 */

#include "explain_phrase.h"

#define IS(number, meaning, strength) \
	{ \
		number, MEANS_##meaning, STRENGTH_##strength, NULL, NULL \
	}

static const struct explain_code http[] = {
	IS(200, SUCCESS, HINT),
	IS(201, SUCCESS, HINT),
	IS(204, SUCCESS, HINT),
	IS(301, ENDPOINT, CLASS),
	IS(302, ENDPOINT, CLASS),
	IS(303, ENDPOINT, CLASS),
	IS(307, ENDPOINT, CLASS),
	IS(308, ENDPOINT, CLASS),
	IS(400, REQUEST, CLASS),
	IS(401, TOKEN_REFUSED, CLASS),
	IS(402, LICENCE, CLASS),
	IS(403, NO_RIGHTS, CLASS),
	IS(404, ENDPOINT, CLASS),
	IS(405, ENDPOINT, CLASS),
	IS(406, ENDPOINT, CLASS),
	IS(407, PROXY_PASSWORD, WORD),
	IS(408, TIMEOUT, CLASS),
	IS(409, OUTAGE, CLASS),
	IS(410, ENDPOINT, CLASS),
	IS(411, REQUEST, CLASS),
	IS(413, REQUEST, CLASS),
	IS(414, REQUEST, CLASS),
	IS(415, REQUEST, CLASS),
	IS(421, ENDPOINT, CLASS),
	IS(422, REQUEST, CLASS),
	IS(423, USER_LOCKED, CLASS),
	IS(425, OUTAGE, CLASS),
	IS(429, THROTTLED, WORD),
	IS(431, REQUEST, CLASS),
	IS(451, PROXY_DENIES, CLASS),
	IS(495, CLIENT_CERTIFICATE, CLASS),
	IS(496, CLIENT_CERTIFICATE, CLASS),
	IS(497, TLS_NOT_SPOKEN, CLASS),
	IS(499, TIMEOUT, CLASS),
	IS(500, OUTAGE, FAMILY),
	IS(501, GRANT_TYPE, CLASS),
	IS(502, OUTAGE, FAMILY),
	IS(503, OUTAGE, FAMILY),
	IS(504, TIMEOUT, FAMILY),
	IS(505, ENDPOINT, CLASS),
	IS(507, OUTAGE, FAMILY),
	IS(511, PORTAL, WORD),
	IS(520, OUTAGE, FAMILY),
	IS(521, OUTAGE, FAMILY),
	IS(522, TIMEOUT, FAMILY),
	IS(523, OUTAGE, FAMILY),
	IS(524, TIMEOUT, FAMILY),
	IS(525, TLS_FAILED, FAMILY),
	IS(526, CERTIFICATE, FAMILY),
};
const struct explain_codes explain_net_http = { "HTTP ", http,
	EXPLAIN_ROWS(http) };

static const struct explain_code curl[] = {
	IS(1, ENDPOINT, WORD),
	IS(2, SASL_FAILED, LOOSE),
	IS(3, ENDPOINT, WORD),
	IS(5, PROXY_GONE, WORD),
	IS(6, NO_NAME, WORD),
	IS(7, CONNECTION_REFUSED, REPLY),
	IS(8, CONNECTION_LOST, REPLY),
	IS(9, NO_RIGHTS, REPLY),
	IS(16, CONNECTION_LOST, WORD),
	IS(18, CONNECTION_LOST, WORD),
	IS(22, ENDPOINT, HINT),
	IS(23, LOCAL_SHORTAGE, REPLY),
	IS(26, LOCAL_FILE, REPLY),
	IS(27, LOCAL_SHORTAGE, WORD),
	IS(28, TIMEOUT, WORD),
	IS(35, TLS_FAILED, REPLY),
	IS(37, LOCAL_FILE, WORD),
	IS(47, ENDPOINT, WORD),
	IS(51, CERTIFICATE_NAME, WORD),
	IS(52, CONNECTION_LOST, WORD),
	IS(53, LOCAL_FILE, REPLY),
	IS(54, LOCAL_FILE, REPLY),
	IS(55, CONNECTION_LOST, WORD),
	IS(56, CONNECTION_LOST, REPLY),
	IS(58, CLIENT_CERTIFICATE, WORD),
	IS(59, TLS_VERSION, WORD),
	IS(60, CERTIFICATE, REPLY),
	IS(61, PORTAL, REPLY),
	IS(63, PORTAL, WORD),
	IS(64, STARTTLS, WORD),
	IS(66, TLS_FAILED, REPLY),
	IS(67, TOKEN_REFUSED, REPLY),
	IS(77, CA_FILE, WORD),
	IS(80, CONNECTION_LOST, REPLY),
	IS(82, CA_FILE, WORD),
	IS(83, CERTIFICATE, WORD),
	IS(91, CERTIFICATE_REVOKED, WORD),
	IS(92, CONNECTION_LOST, WORD),
	IS(94, TOKEN_REFUSED, REPLY),
	IS(95, CONNECTION_LOST, WORD),
	IS(96, CONNECTION_LOST, WORD),
	IS(97, PROXY_DENIES, REPLY),
	IS(98, CLIENT_CERTIFICATE, WORD),
};
const struct explain_codes explain_net_curl = { "curl ", curl,
	EXPLAIN_ROWS(curl) };

static const struct explain_code verify[] = {
	IS(2, CERTIFICATE, WORD),
	IS(3, CERTIFICATE_REVOKED, REPLY),
	IS(7, CERTIFICATE, WORD),
	IS(9, CERTIFICATE_TOO_EARLY, WORD),
	IS(10, CERTIFICATE_EXPIRED, WORD),
	IS(18, CERTIFICATE_SELF_SIGNED, WORD),
	IS(19, CERTIFICATE_SELF_SIGNED, WORD),
	IS(20, CERTIFICATE, WORD),
	IS(21, CERTIFICATE, WORD),
	IS(23, CERTIFICATE_REVOKED, WORD),
	IS(24, CERTIFICATE, WORD),
	IS(26, CERTIFICATE, WORD),
	IS(27, CERTIFICATE, WORD),
	IS(28, CERTIFICATE, WORD),
	IS(62, CERTIFICATE_NAME, WORD),
	IS(64, CERTIFICATE_NAME, WORD),
	IS(66, TLS_VERSION, WORD),
	IS(67, TLS_VERSION, WORD),
	IS(68, TLS_VERSION, WORD),
};
const struct explain_codes explain_net_verify = { "verify ", verify,
	EXPLAIN_ROWS(verify) };

static const struct explain_code openssl[] = {
	IS(134, CERTIFICATE, REPLY),
	IS(193, TLS_VERSION, WORD),
	IS(258, TLS_VERSION, WORD),
	IS(267, TLS_NOT_SPOKEN, WORD),
	IS(294, CONNECTION_LOST, WORD),
	IS(338, TLS_VERSION, WORD),
	IS(394, TLS_VERSION, WORD),
	IS(398, TLS_VERSION, WORD),
	IS(156, TLS_NOT_SPOKEN, WORD),
	IS(1040, TLS_FAILED, REPLY),
	IS(1042, CLIENT_CERTIFICATE, WORD),
	IS(1045, CERTIFICATE_EXPIRED, WORD),
	IS(1046, CLIENT_CERTIFICATE, WORD),
	IS(1048, CERTIFICATE, WORD),
	IS(1070, TLS_VERSION, WORD),
	IS(1071, TLS_VERSION, WORD),
	IS(1112, TLS_FAILED, WORD),
	IS(1116, CLIENT_CERTIFICATE, WORD),
};
const struct explain_codes explain_net_openssl = { "OpenSSL ", openssl,
	EXPLAIN_ROWS(openssl) };

static const struct explain_code numbers[] = {
	IS(2, LOCAL_FILE, REPLY),
	IS(12, LOCAL_SHORTAGE, REPLY),
	IS(13, LOCAL_FILE, REPLY),
	IS(24, LOCAL_SHORTAGE, REPLY),
	IS(28, LOCAL_SHORTAGE, REPLY),
	IS(30, LOCAL_FILE, REPLY),
	IS(32, CONNECTION_LOST, REPLY),
	IS(101, NO_ROUTE, WORD),
	IS(103, CONNECTION_LOST, WORD),
	IS(104, CONNECTION_LOST, WORD),
	IS(110, TIMEOUT, WORD),
	IS(111, CONNECTION_REFUSED, WORD),
	IS(112, NO_ROUTE, WORD),
	IS(113, NO_ROUTE, WORD),
	IS(122, LOCAL_SHORTAGE, REPLY),
	IS(10013, PROXY_DENIES, WORD),
	IS(10051, NO_ROUTE, WORD),
	IS(10053, CONNECTION_LOST, WORD),
	IS(10054, CONNECTION_LOST, WORD),
	IS(10060, TIMEOUT, WORD),
	IS(10061, CONNECTION_REFUSED, WORD),
	IS(10065, NO_ROUTE, WORD),
	IS(11001, NO_NAME, WORD),
	IS(11002, NO_NAME, WORD),
	IS(11004, NO_NAME, WORD),
	IS(12002, TIMEOUT, WORD),
	IS(12007, NO_NAME, WORD),
	IS(12029, CONNECTION_REFUSED, WORD),
	IS(12030, CONNECTION_LOST, WORD),
	IS(12175, TLS_FAILED, WORD),
};
const struct explain_codes explain_net_errno = { "errno ", numbers,
	EXPLAIN_ROWS(numbers) };

/* Before what words seem to say together. */
#define KIND(words, meaning) \
	{ \
		words, MEANS_##meaning, STRENGTH_WORDS + 5, NULL, NULL \
	}

static const struct explain_phrase phrases[] = {
	/* names */
	SAID("could not resolve proxy|couldnt resolve proxy|"
	     "cannot resolve proxy|curle couldnt resolve proxy|"
	     "unable to resolve proxy",
	    PROXY_GONE),
	KIND("could not resolve|couldnt resolve|cannot resolve|"
	     "curle couldnt resolve host|enotfound|eai_again|eai_noname|"
	     "getaddrinfo|name or service not known|nodename nor servname|"
	     "temporary failure in name resolution|no such host|"
	     "unknown host*|name_resolution*|name resolution fail*|"
	     "host not found|domain not found|nxdomain|servfail|"
	     "no address associated|unresolvable|err_name_not_resolved|"
	     "dns_probe*|remote name could not be resolved|"
	     "server dns address could not be found|"
	     "host or domain name not found|name service error|"
	     "unable to resolve|failed to resolve|unresolved_address*|"
	     "lookup ~ no such host|host unknown|name not resolved|"
	     "server misbehaving|lookup ~ timeout|"
	     "wsahost_not_found|failed to lookup address",
	    NO_NAME),
	/* connections */
	SAID("proxy ~ refused|proxy ~ connection refused|"
	     "proxyconnect tcp|cannot connect to proxy|"
	     "failed to connect to proxy|proxy connection failed|"
	     "err_proxy_connection_failed|proxy server is refusing|"
	     "unable to connect to proxy|cannot reach ~ proxy|"
	     "could not connect to proxy|proxy ~ unreachable|"
	     "proxy ~ not responding",
	    PROXY_GONE),
	SAID("localhost refused to connect|cant establish ~ localhost|"
	     "127 0 0 1 refused to connect|"
	     "localhost ~ err_connection_refused|cant connect ~ localhost|"
	     "unable to connect ~ localhost|cant connect ~ 127 0 0 1",
	    LOOPBACK_ENDED),
	KIND("connection refused|econnrefused|refused to connect|"
	     "err_connection_refused|actively refused|"
	     "connection_refused*|nobody listens|nothing listen*|not listening|"
	     "no listener|wsaeconnrefused|connrefused",
	    CONNECTION_REFUSED),
	KIND("timed out|timeout|etimedout|time out|deadline exceeded|"
	     "exceeded ~ deadline|deadline ~ passed|"
	     "connection_timed_out|err_timed_out|esockettimedout|"
	     "timeoutexception|wsaetimedout|did not properly respond|"
	     "operation_timedout|no response from|not respond* in time|"
	     "read_timeout*|connect_timeout*|timedout|gateway time out",
	    TIMEOUT),
	KIND("connection ~ reset|econnreset|reset by peer|empty reply|"
	     "connection ~ closed|lost connection|connection lost|"
	     "broken pipe|epipe|unexpected eof|unexpected end of file|"
	     "socket hang up|connection ~ aborted|econnaborted|"
	     "transfer closed|recv failure|send failure|"
	     "err_connection_reset|err_empty_response|"
	     "err_connection_closed|server closed|premature*|"
	     "remote end closed|forcibly closed|connection dropped|"
	     "pr_end_of_file*|pr_connect_reset*|pr_connect_aborted*|"
	     "closed the connection|incomplete_read|eof occurred|"
	     "connection was closed|hung up|unexpectedly disconnected|"
	     "disconnected unexpectedly|"
	     "connection ~ terminated|unexpectedly closed|"
	     "ssl_error_syscall|http2 framing layer|err_network_changed|"
	     "stream ~ not closed cleanly|goaway",
	    CONNECTION_LOST),
	KIND("no route to host|ehostunreach|enetunreach|"
	     "network is unreachable|host is unreachable|"
	     "network unreachable|host unreachable|network is down|"
	     "err_internet_disconnected|err_address_unreachable|"
	     "no internet|enetdown|not connected to the internet|"
	     "unreachable host|unreachable network|host is down|"
	     "ehostdown|network ~ offline",
	    NO_ROUTE),
	LOOSE("failed to connect|could not connect|couldnt connect|"
	      "cannot connect|unable to connect|cant connect|"
	      "connection failed|connection error|connect error|"
	      "this site cant be reached|connect ~ failed|cant reach|"
	      "error connecting|connect_exception|connectexception|"
	      "max retries exceeded|network error|failed to fetch|"
	      "fetch failed|could not establish ~ connection",
	    CONNECTION_REFUSED),
	/* proxies and what stands in between */
	{ "proxy authentication|from proxy after connect 407|"
	  "http code 407|407 from proxy|proxy ~ requires auth*|"
	  "proxy auth* ~ required|cache access denied|"
	  "authentication required ~ proxy|err_cache_access_denied|"
	  "access ~ denied ~ until you have authenticated",
	    MEANS_PROXY_PASSWORD, STRENGTH_PHRASE + 1, NULL, NULL },
	SAID(
	    "from proxy after connect|zscaler|fortiguard|"
	    "fortigate|blocked by your administrator|squid|"
	    "err_access_denied|web filter*|websense|forcepoint|bluecoat|"
	    "blue coat|cisco umbrella|opendns|palo alto networks|sophos|barracuda|"
	    "mcafee web gateway|netskope|category ~ blocked|"
	    "site ~ blocked|site is blocked|url ~ blocked|"
	    "tunnel connection failed|connect tunnel failed|"
	    "proxy connect aborted|web proxy|err_tunnel_connection_failed|"
	    "contentfilter|content filter|web gateway|"
	    "page ~ has been blocked|access to this site|"
	    "internet usage policy|policy ~ web access|skyhigh",
	    PROXY_DENIES),
	{ "wifi ~ log*|wi fi ~ log*|wlan ~ anmeld*|welcome to ~ wifi|"
	  "welcome to ~ wi fi|connect ~ wifi|connect ~ wi fi|guest wifi|"
	  "guest wi fi",
	    MEANS_PORTAL, STRENGTH_PHRASE + 1, NULL, NULL },
	SAID("captive portal|network authentication required|"
	     "unexpected token ~ json|"
	     "unexpected token ~ html|not a token response|"
	     "unexpected character ~ doctype|expecting value line 1|"
	     "invalid character ~ looking for|connect to wifi|"
	     "is not valid json|json ~ decode*|jsondecode*|"
	     "network login",
	    PORTAL),
	/* certificates */
	{ "certificate has expired|certificate expired|cert_has_expired|"
	  "certificate ~ has expired|certificate ~ is expired|"
	  "certificate ~ not_after|certificate_expired*|"
	  "cert expired|expired certificate|err_cert_date_invalid|"
	  "sec_error_expired*|notafter|certificate ~ expired",
	    MEANS_CERTIFICATE_EXPIRED, STRENGTH_PHRASE + 2, NULL, NULL },
	{ "certificate is not yet valid|certificate ~ not yet valid|"
	  "not_yet_valid*|notbefore|cert_not_yet_valid|"
	  "not yet activated|certificate ~ not yet",
	    MEANS_CERTIFICATE_TOO_EARLY, STRENGTH_PHRASE + 3, NULL, NULL },
	{ "certificate ~ revoked|certificate revoked|cert_revoked|"
	  "err_cert_revoked|revoked certificate",
	    MEANS_CERTIFICATE_REVOKED, STRENGTH_PHRASE + 2, NULL, NULL },
	SAID("self signed certificate|self signed|selfsigned|"
	     "self_signed_cert*|depth_zero_self_signed*|"
	     "sec_error_unknown_issuer",
	    CERTIFICATE_SELF_SIGNED),
	{ "hostname mismatch|host name mismatch|no alternative certificate|"
	  "certificate subject name|does not match target host|"
	  "certificate ~ not valid for|no subject alternative|"
	  "err_cert_common_name_invalid|certificate is valid for|"
	  "hostname ~ doesnt match|doesnt match ~ altnames|"
	  "err_tls_cert_altname*|name mismatch|"
	  "remote_certificate_name_mismatch|hostname verif* fail*|"
	  "peer name mismatch|owner does not match hostname|"
	  "ssl_error_bad_cert_domain|certificate ~ name ~ match|"
	  "certificate is not valid for|server certificate not verified|"
	  "cannot validate certificate for|certificate ~ hostname",
	    MEANS_CERTIFICATE_NAME, STRENGTH_PHRASE, NULL, NULL },
	{ "certificate verify failed|certificate verification fail*|"
	  "ssl certificate problem|unable to get local issuer|"
	  "unable to get issuer|unknown authority|unknown ca|"
	  "pkix path|certification path|unable_to_get_issuer*|"
	  "unable_to_verify_leaf*|unable to verify the first|"
	  "sslcert_verification*|ssl_certificate_verification*|"
	  "certificate is not trusted|certificate ~ not trusted|"
	  "untrusted certificate|untrusted issuer|untrusted root|"
	  "certificate issuer is unknown|issuer is unknown|"
	  "err_cert_authority_invalid|unknown issuer|unknownissuer|"
	  "remote certificate is invalid|certificate chain errors|"
	  "remote_certificate_chain_errors|partial chain|partialchain|"
	  "not trusted by the trust provider|trust anchor|"
	  "certificate verify|cert verify failed|unknown_ca|"
	  "invalid peer certificate|server certificate verification|"
	  "certificate signed by unknown|certificate_unknown|"
	  "certificate ~ could not be verified|bad certificate chain|"
	  "server certificate ~ untrusted|untrustedroot|"
	  "sslpeer_unverified*|trust relationship",
	    MEANS_CERTIFICATE, STRENGTH_PHRASE - 2, NULL, NULL },
	SAID("setting certificate verify locations|"
	     "setting certificate file|ca certificate bundle|"
	     "could not find a suitable tls ca|invalid path ~ cafile|"
	     "trust_anchors ~ must be non empty|"
	     "trustanchors parameter must be non empty|"
	     "no ca certificate*|cacert ~ not found|ca bundle|"
	     "error adding trust anchors|no such file ~ ca cert*|"
	     "cannot load ca certificate*|cannot load certification*|"
	     "failed to load ca|problem with the ssl ca cert",
	    CA_FILE),
	SAID("client certificate|bad certificate|sslv3 alert certificate|"
	     "certificate required|no required ssl certificate",
	    CLIENT_CERTIFICATE),
	/* names of libcurl */
	KIND("peer_failed_verification|curle_ssl_cacert|ssl_issuer_error",
	    CERTIFICATE),
	KIND("curle_ssl_certproblem", CLIENT_CERTIFICATE),
	KIND("curle_ssl_cacert_badfile", CA_FILE),
	KIND("curle_ssl_cipher", TLS_VERSION),
	KIND("curle_got_nothing|curle_recv_error|curle_send_error|"
	     "curle_partial_file",
	    CONNECTION_LOST),
	KIND("curle_url_malformat|curle_too_many_redirects|"
	     "curle_unsupported_protocol",
	    ENDPOINT),
	KIND("curle_login_denied|curle_auth_error", TOKEN_REFUSED),
	KIND("curle_use_ssl_failed", STARTTLS),
	/* TLS itself */
	SAID("wrong version number|unknown protocol|"
	     "http request to an https|plain http request|"
	     "first record does not look like a tls|not an ssl record|"
	     "not ssl|unsupported or unrecognized ssl message|"
	     "packet length too long|record layer failure|"
	     "unexpected tls packet|an unexpected tls packet|"
	     "record overflow|server gave http response to https|"
	     "err_ssl_protocol_error|plaintext connection|"
	     "ssl_error_rx_record_too_long|http_request|"
	     "packet ~ unexpected length|invalid tls record|"
	     "frame_size_error tls|ssl ~ http request",
	    TLS_NOT_SPOKEN),
	SAID("legacy renegotiation|unsupported protocol|no shared cipher|"
	     "no protocols available|protocol version|dh key too small|"
	     "ca md too weak|ee key too small|no cipher|"
	     "err_ssl_version*|version_or_cipher_mismatch|"
	     "no appropriate protocol|no ciphers available|"
	     "tls 1 0|tls 1 1|tls1 0|tls1 1|tls version|"
	     "inappropriate fallback|insufficient_security|"
	     "insufficient security|wrong_signature*|bad ecpoint|"
	     "no common cipher*|no suitable signature|"
	     "client and server cannot communicate|weak cipher|"
	     "unsupported ssl version|unsupported tls version",
	    TLS_VERSION),
	{ "handshake fail*|handshake_failure|ssl connect error|"
	  "tls handshake|ssl handshake|cannot start tls|starttls fail*|"
	  "could not start tls|tls negotiation failed|ssl error|"
	  "ssl routines|tls error|secure channel|"
	  "authentication failed because the remote party|"
	  "sec_e_illegal_message|schannel ~ failed|sslhandshake*|"
	  "fatal alert|ssl connection could not be established",
	    MEANS_TLS_FAILED, STRENGTH_REPLY, NULL, NULL },
	/* HTTP by name */
	KIND("bad gateway|internal server error|server encountered an error|"
	     "upstream connect error|no healthy upstream|"
	     "service is unavailable|backend fetch failed|"
	     "origin ~ unreachable|temporarily overloaded|"
	     "down for maintenance|maintenance mode|"
	     "under maintenance|scheduled maintenance|"
	     "an internal error|unexpected error|internal_error|"
	     "backend_error|internal_failure|no server is available",
	    OUTAGE),
	{ "retry after", MEANS_THROTTLED, STRENGTH_VAGUE, NULL, NULL },
	LOOSE("overloaded|maintenance|outage|downtime|is down for", OUTAGE),
	KIND("method not allowed|requested url ~ not found|page ~ not found|"
	     "not found on this server|resource not found|"
	     "page not found",
	    ENDPOINT),
	KIND("too many requests|rate ~ exceeded|exceeded ~ rate|rate limit*|"
	     "throttl*|slow down|"
	     "request limit*|requests too quickly|"
	     "quota exceeded|limit exceeded|call limit|over_limit|"
	     "server_busy*|serverbusy",
	    THROTTLED),
	/* this machine */
	KIND("file ~ permission denied|open ~ permission denied|"
	     "read ~ permission denied|write ~ permission denied|"
	     "directory ~ permission denied|var lib ~ permission denied|"
	     "etc ~ permission denied",
	    LOCAL_FILE),
	LOOSE("eacces|no such file or directory|enoent|"
	      "read only file system|is not readable|not readable by|"
	      "erofs|cannot open file|could not open file|"
	      "operation not permitted|eperm",
	    LOCAL_FILE),
};

const struct explain_phrases explain_net_phrases = { phrases,
	EXPLAIN_ROWS(phrases) };
