package cases

import (
	"net/netip"
	"strings"
)

// outside is where names lead that are innocent by themselves.
const outside = "93.184.215.14"

// Table is what this project asks of its guard. The neighbours of each range are
// in it, because a range is easily drawn one bit too wide.
func Table() []Case {
	var all []Case
	add := func(verdict Verdict, why string, urls ...string) {
		for _, entry := range urls {
			url, to, named := strings.Cut(entry, " → ")
			if !named {
				to = outside
			}
			first, later, _ := strings.Cut(to, " then ")
			all = append(all, Case{Verdict: verdict, URL: url, First: mustParse(first), Later: mustParse(later), Why: why})
		}
	}
	refusedAddresses(add)
	refusedNames(add)
	refusedTexts(add)
	accepted(add)
	for _, port := range []string{"22", "25", "53", "143", "389", "3306", "5432", "6379", "6667", "11211"} {
		add(Port, "a port of another protocol", "http://shop.example:"+port+"/")
	}
	return all
}

func mustParse(list string) []netip.Addr {
	var all []netip.Addr
	for _, text := range strings.Fields(list) {
		all = append(all, netip.MustParseAddr(text))
	}
	return all
}

type adder func(verdict Verdict, why string, urls ...string)

func refusedAddresses(add adder) {
	add(Refuse, "this machine", "http://127.0.0.1/", "http://127.8.9.10:3000/x", "https://127.255.255.255/", "http://[::1]:8080/",
		"http://[0:0::0:1]/", "http://0.0.0.0/", "http://0.9.9.9/", "http://[::]/")
	add(Refuse, "a private network", "http://10.0.0.0/", "http://10.200.1.1:8080/", "http://172.16.0.0/", "http://172.31.255.255/",
		"http://192.168.0.0/", "http://192.168.255.255/", "http://100.64.0.0/", "http://100.127.255.255/", "http://[fc00::]/", "http://[fdff::ffff]/",
		"http://[fec0::1]/")
	add(Refuse, "the same link", "http://169.254.0.0/", "http://169.254.255.255/", "http://[fe80::1]/", "http://[febf:ffff::1]/", "http://[fe80::1%25lo]/",
		"http://[2606:4700:4700::1111%25lo]/")
	add(Refuse, "metadata of a cloud", "http://169.254.169.254/latest/user-data", "http://169.254.170.2/v2/", "http://169.254.170.23/",
		"http://100.100.100.200/latest/", "http://192.0.0.192/opc/", "http://168.63.129.16/", "http://[fd00:ec2::254]/", "http://[fd20:ce::254]/",
		"http://169.254.42.42/conf")
	add(Refuse, "set aside by IANA", "http://192.0.0.0/", "http://192.0.0.255/", "http://192.0.2.200/", "http://198.51.100.1/", "http://203.0.113.255/",
		"http://198.18.0.0/", "http://198.19.255.255/", "http://192.88.99.1/", "http://192.31.196.9/", "http://192.52.193.9/", "http://192.175.48.9/",
		"http://224.0.0.0/", "http://239.255.255.255/", "http://240.0.0.0/", "http://255.255.255.255/",
		"http://[100::ffff]/", "http://[2001::1]/", "http://[2001:2::9]/", "http://[2001:10::9]/", "http://[2001:2f:ffff::]/", "http://[2001:30::1]/",
		"http://[2001:db8:ffff::1]/", "http://[3fff::1]/", "http://[5f00::1]/", "http://[ff05::1]/", "http://[4000::]/", "http://[1000::]/")
	add(Refuse, "an inside address within another", "http://[::ffff:127.0.0.1]/", "http://[::ffff:c0a8:1]/", "http://[::ffff:169.254.169.254]/",
		"http://[::10.0.0.1]/", "http://[::ffff:0:10.0.0.1]/", "http://[64:ff9b::10.0.0.1]/", "http://[64:ff9b::a9fe:a9fe]/", "http://[64:ff9b:1:2::8.8.8.8]/",
		"http://[2002:7f00:1::]/", "http://[2001:0:1:2:3:4:5:6]/")
	add(Refuse, "an address in a form that programs read differently", "http://2130706434/", "http://0x7f000002/", "http://127.2/", "http://127.0.2/",
		"http://0x7f.0.0.2/", "http://017700000001/", "http://0300.0250.0.1/", "http://10.0.0.010/", "http://10.0.0.1./", "http://3232235521/",
		"http://0xa9fea9fe/", "http://256.256.256.256/", "http://1.2.3.4.5/", "http://8.8.2056/", "http://%31%30.0.0.1/", "http://１０.0.0.1/", "http://①⓪.0.0.1/",
		"http://127。0。0。1/", "http://[127.0.0.1]/", "http://[::1/", "http://::1/")
}

func refusedNames(add adder) {
	add(Refuse, "a name of this machine", "http://localhost/ → 127.0.0.1", "http://LocalHost.:3000/ → 127.0.0.1", "http://shop.localhost/ → 127.0.0.1",
		"http://ip6-loopback/ → ::1")
	add(Refuse, "a name of an inside network, wherever it is said to lead", "http://redis/", "http://grafana.internal/", "http://nas.local/",
		"http://fritz.lan/", "http://hub.home.arpa/", "http://vault.service.consul/", "http://api.default.svc/", "http://files.corp/", "http://host.docker.internal/",
		"http://hidden.onion/", "http://metadata.google.internal/", "http://instance-data/")
	add(Refuse, "a public name that leads inside", "http://loop.shop.example/ → 127.0.0.1", "https://office.shop.example/ → 192.168.7.7", "http://six.shop.example/ → ::1",
		"http://meta.shop.example/ → 169.254.169.254", "http://nat.shop.example/ → 64:ff9b::7f00:1", "http://mapped.shop.example/ → ::ffff:10.0.0.1",
		"http://both.shop.example/ → 10.0.0.1 fd00::1", "http://zoned.shop.example/ → fe80::1%lo")
	add(Guard, "a name that leads both ways", "http://some.shop.example/ → 10.0.0.1 "+outside, "https://others.shop.example/ → "+outside+" ::1 169.254.169.254")
	add(Guard, "a name that changes its mind", "http://flip.shop.example/ → "+outside+" then 127.0.0.1", "https://flop.shop.example/ → "+outside+" then ::ffff:169.254.169.254")
}

func refusedTexts(add adder) {
	add(Refuse, "no web address", "ftp://shop.example/", "file:///etc/hosts", "gopher://shop.example/", "ldaps://shop.example/", "ws://shop.example/", "data:,x",
		"javascript:alert(1)", "mailto:ana@shop.example", "http+unix://%2Frun%2Fdocker.sock/", "httpss://shop.example/", "view-source:http://shop.example/")
	add(Refuse, "not whole", "", " \t", "shop.example/hook", "//shop.example/", "/hook", "http:", "http:/shop.example/", "http:shop.example", "https://", "https:///x",
		"https://:443/", "https://user@/", "https://./", "https://shop..example/", "https://.shop.example/")
	add(Refuse, "two parsers may read two hosts", "http://shop.example:80@127.0.0.1/", "http://shop.example@10.0.0.1/", "http://a@shop.example@[::1]/",
		"http://shop.example\\@10.0.0.1/", "http:\\\\shop.example/", "http://10.0.0.1 .shop.example/", "http://sh\nop.example/", "http://sh\top.example/",
		"http://shop.example/\r\nHost: db", "http://localhost%00.shop.example/", "http://10.0.0.1%2f.shop.example/", "http://10.0.0.1%23@shop.example:x/",
		"http://[localhost]/", "http://shop.example:80:80/", "http://shop.example<b>/", "http://shop\u200b.example/", "http://\u202eshop.example/",
		"http://shop.example/\x00", "http://sh\x7fop.example/", "http://shop.example/\xff", "http://-shop.example/", "http://shop!.example/")
	add(Refuse, "no port", "http://shop.example:0/", "http://shop.example:65536/", "http://shop.example:99999999999999999999/", "http://shop.example:-80/",
		"http://shop.example:+80/", "http://shop.example:0x50/", "http://shop.example:８０/")
	add(Refuse, "too long", "https://"+strings.Repeat("a", 64)+".example/", "https://"+strings.Repeat("ab.", 90)+"example/", "https://shop.example/"+strings.Repeat("a", 8200))
}

func accepted(add adder) {
	add(Accept, "what people write", "https://shop.example/hook", "https://shop.example", "http://shop.example:8080/a/b?c=d&e[]=f", "HTTPS://Shop.Example/Hook",
		"https://shop.example./", "https://shop.example/hook#part", "https://ana:p%40ss@shop.example/", "https://KEY@shop.example/", "https://KEY:@shop.example/",
		"https://ana@mail.example:pass@shop.example/", "https://shop.example/%E2%82%AC?%0d%0a", "https://my_shop.example/", "https://"+strings.Repeat("a", 63)+".example/")
	add(Accept, "names beyond ASCII", "https://käse.example/", "https://例え.テスト/フック?名=値", "https://xn--kse-qla.example/")
	add(Accept, "public addresses, and the neighbours of those that are not", "https://1.1.1.1/", "http://8.8.8.8:8443/", "https://[2606:4700:4700::1111]:8443/x",
		"http://1.0.0.0/", "http://9.255.255.255/", "http://11.0.0.0/", "http://100.63.255.255/", "http://100.128.0.0/", "http://126.255.255.255/", "http://128.0.0.0/",
		"http://169.253.255.255/", "http://169.255.0.0/", "http://172.15.255.255/", "http://172.32.0.0/", "http://191.255.255.255/", "http://192.0.1.0/", "http://192.0.3.0/",
		"http://192.167.255.255/", "http://192.169.0.0/", "http://198.17.255.255/", "http://198.20.0.0/", "http://198.51.99.255/", "http://203.0.114.0/", "http://223.255.255.255/",
		"http://[2001:200::]/", "http://[2001:db7:ffff::]/", "http://[2001:db9::]/", "http://[2003::]/", "http://[2000::1]/", "http://[::ffff:8.8.8.8]/", "http://[64:ff9b::8.8.8.8]/")
	add(Accept, "names that only look like something else", "https://127.0.0.1.shop.example/", "https://internal.shop.example/", "https://localhost.shop.example/",
		"https://shop.example/?next=http://127.0.0.1/", "https://shop.example/@10.0.0.1/", "https://shop.example/#@10.0.0.1/", "https://1e100.example/", "https://0x7f.example/",
		"https://corp.shop.example/")
}
