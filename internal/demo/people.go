package demo

import (
	"fmt"
	"strings"
)

// person is somebody made up.
type person struct {
	userID, anonymousID, email string
	first, last, city, country string
	plan                       string
	note                       string // what makes them awkward, "" for most
}

// names are first name, last name, city, country and a note. The first are
// awkward on purpose: what they break here they would have broken later.
const names = `Zoë 🦊|Fuchs|München|DE|an emoji in the name
Bea "the bee"|Ferreira|Porto|PT|quotes in the name
Seán|O’Brien|Baile Átha Cliath|IE|an apostrophe in the name
ליאת|כהן|תל אביב|IL|written from right to left
محمد|الأحمد|القاهرة|EG|written from right to left
美咲|高橋|東京|JP|no Latin letters
Nguyễn Thị|Minh Khai|Thành phố Hồ Chí Minh|VN|many marks
<b>Max</b>|Mustermann|Köln|DE|looks like HTML
Robert'); DROP TABLE people;--|Null|Springfield|US|looks like SQL
Pablo Diego José Francisco de Paula Juan Nepomuceno María de los Remedios|Ruiz y Picasso de la Santísima Trinidad|Málaga|ES|a very long name
{{ customer.email }}|Liquid|Ottawa|CA|looks like Liquid
Ana|Sousa|Lisboa|PT|
Jonas|Weber|Hamburg|DE|
Camille|Laurent|Lyon|FR|
Giulia|Romano|Bologna|IT|
Mateusz|Nowak|Kraków|PL|
Ingrid|Halvorsen|Bergen|NO|
Emma|Lindqvist|Göteborg|SE|
Oliver|Bennett|Leeds|GB|
Aoife|Kelly|Galway|IE|
Lucas|Oliveira|Recife|BR|
Valentina|Rojas|Bogotá|CO|
Santiago|Méndez|Montevideo|UY|
Priya|Raman|Chennai|IN|
Arjun|Mehta|Pune|IN|
Mei|Tan|Singapore|SG|
Haruto|Sato|Osaka|JP|
Jiwoo|Kim|Busan|KR|
Amara|Okafor|Lagos|NG|
Thabo|Dlamini|Durban|ZA|
Fatima|Benali|Rabat|MA|
Elif|Yılmaz|İzmir|TR|
Nikos|Papadakis|Heraklion|GR|
Katarína|Horváthová|Košice|SK|
Ondřej|Dvořák|Brno|CZ|
Ilse|de Vries|Utrecht|NL|
Pieter|Janssens|Gent|BE|
Sofie|Nygaard|Aarhus|DK|
Eero|Virtanen|Tampere|FI|
Tamar|Beridze|Batumi|GE|
Grace|Whitfield|Portland|US|
Marcus|Reed|Austin|US|
Chloe|Tremblay|Québec|CA|
Liam|Fraser|Dunedin|NZ|
Isla|Murray|Hobart|AU|
Rafael|Ortega|Sevilla|ES|
Dana|Popescu|Cluj-Napoca|RO|
Milan|Jovanović|Novi Sad|RS|
Yara|Haddad|Amman|JO|
Noor|Rahman|Dhaka|BD|`

// madeUp is the attribute by which the demo's segments know its people.
const madeUp = "made_up"

var plans = []string{"free", "free", "team", "pro"}

// everybody gives the fifty people. mark makes their names others than those
// of a demo without it; it is empty or short.
func everybody(mark string) []person {
	var people []person
	for i, line := range strings.Split(names, "\n") {
		column := strings.Split(line, "|")
		n := 1001 + i
		p := person{
			userID: fmt.Sprintf("demo-%s%d", mark, n), anonymousID: fmt.Sprintf("demo-visitor-%s%d", mark, n),
			first: column[0], last: column[1], city: column[2], country: column[3], note: column[4], plan: plans[i%len(plans)],
		}
		p.email = p.address(n, mark)
		people = append(people, p)
	}
	return people
}

// latin writes the letters of the names above without their marks.
var latin = strings.NewReplacer("á", "a", "ã", "a", "à", "a", "é", "e", "í", "i", "İ", "i", "ı", "i", "ó", "o", "ö", "o", "ő", "o",
	"ø", "o", "ú", "u", "ü", "u", "ć", "c", "č", "c", "ř", "r", "ž", "z", "š", "s", "ń", "n", "ñ", "n", "ł", "l", " ", "")

// address is the e-mail address: awkward names have a number in it.
func (p person) address(n int, mark string) string {
	name := fmt.Sprintf("customer.%d", n)
	if p.note == "" {
		name = latin.Replace(strings.ToLower(p.first + "." + p.last))
	}
	return name + mark + "@example.com"
}

func (p person) traits() map[string]any {
	traits := map[string]any{
		"email": p.email, "first_name": p.first, "last_name": p.last, "city": p.city, "country": p.country, "plan": p.plan,
		"newsletter": p.plan != "free", madeUp: true, "address": map[string]any{"city": p.city, "country": p.country},
	}
	if p.note != "" {
		traits["awkward_because"] = p.note
	}
	return traits
}
