package codec_test

import "strings"

// number is an integer as gob writes it.
func number(n int) string {
	if n < 128 {
		return string([]byte{byte(n)})
	}
	return string([]byte{0xfd, byte(n >> 16), byte(n >> 8), byte(n)})
}

// message is a message of gob's, with its length.
func message(text string) string { return number(len(text)) + text }

// defines is the message that defines a type. of is what a wireType says of it.
func defines(id int, of string) string { return message(number(2*id-1) + of + "\x00\x00") }

// arrayOf, listOf, mapOf and structOf are what a wireType says of such types. A field is a name and
// an id.
func arrayOf(id, length int) string { return "\x01\x02" + number(2*id) + "\x01" + number(2*length) }
func listOf(id int) string          { return "\x02\x02" + number(2*id) }
func mapOf(key, element int) string { return "\x04\x02" + number(2*key) + "\x01" + number(2*element) }

func structOf(names []string, ids ...int) string {
	var b strings.Builder
	b.WriteString("\x03\x02" + number(len(ids)))
	for i, id := range ids {
		b.WriteString("\x01" + number(len(names[i])) + names[i] + "\x01" + number(2*id) + "\x00")
	}
	return b.String()
}
