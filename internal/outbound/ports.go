package outbound

import "strconv"

// BlockedPort says whether port belongs to another protocol, and to which. The
// list is that of the Fetch standard ("bad port"), which every browser blocks,
// and below it databases, queues and remote desktops that Fetch leaves out.
// [Config.AnyPort] lifts it.
func BlockedPort(port uint16) (name string, blocked bool) {
	name, blocked = blockedPorts[port]
	return name, blocked
}

func decimal(port uint16) string { return strconv.Itoa(int(port)) }

var blockedPorts = map[uint16]string{
	1: "tcpmux", 7: "echo", 9: "discard", 11: "systat", 13: "daytime", 15: "netstat", 17: "quote of the day",
	19: "character generator", 20: "FTP data", 21: "FTP", 22: "SSH", 23: "Telnet", 25: "mail (SMTP)", 37: "time",
	42: "name", 43: "whois", 53: "DNS", 69: "TFTP", 77: "remote jobs", 79: "finger", 87: "terminal link",
	95: "supdup", 101: "hostname", 102: "ISO transport", 103: "X.400", 104: "DICOM", 109: "mail (POP2)",
	110: "mail (POP3)", 111: "SUN RPC", 113: "ident", 115: "SFTP", 117: "UUCP", 119: "news (NNTP)", 123: "NTP",
	135: "Microsoft RPC", 137: "NetBIOS", 139: "NetBIOS", 143: "mail (IMAP)", 161: "SNMP", 179: "BGP",
	389: "LDAP", 427: "SLP", 465: "mail (SMTP)", 512: "rexec", 513: "rlogin", 514: "syslog", 515: "printers",
	526: "tempo", 530: "courier", 531: "chat", 532: "netnews", 540: "UUCP", 548: "AFP", 554: "RTSP",
	556: "remotefs", 563: "news (NNTP)", 587: "mail (SMTP)", 601: "syslog", 636: "LDAP", 989: "FTP data",
	990: "FTP", 993: "mail (IMAP)", 995: "mail (POP3)", 1719: "H.323", 1720: "H.323", 1723: "PPTP",
	2049: "NFS", 3659: "Apple SASL", 4045: "NFS locks", 4190: "mail filters (Sieve)", 5060: "SIP", 5061: "SIP",
	6000: "X11", 6566: "scanners", 6665: "IRC", 6666: "IRC", 6667: "IRC", 6668: "IRC", 6669: "IRC",
	6679: "OSAUT", 6697: "IRC", 10080: "Amanda",

	445: "Windows file shares", 1433: "SQL Server", 1521: "Oracle", 3306: "MySQL", 3389: "remote desktop",
	5432: "PostgreSQL", 5672: "AMQP", 5900: "VNC", 6379: "Redis", 9042: "Cassandra", 9092: "Kafka",
	11211: "Memcached", 27017: "MongoDB",
}
