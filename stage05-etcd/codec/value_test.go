package codec_test

import (
	"bytes"
	"io"
	"math/big"
	"net/rpc"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"example.com/workshop/stage05-etcd/codec"
)

// Three types that hold themselves, and one that holds one of these.
type (
	List  []List
	Table map[string]Table
	Chain struct {
		Text string
		Next *Chain
	}
	More struct {
		A, B int
		List List
	}
)

// nested returns values of types that hold themselves, so many levels deep.
func nested(depth int) map[string]any {
	list, table, chain := List{}, Table{}, Chain{Text: strings.Repeat("x", 300)}
	for range depth - 1 {
		inner := chain
		list, table, chain = List{list}, Table{"": table}, Chain{Next: &inner}
	}
	return map[string]any{"list": list, "map": table, "struct": chain}
}

func TestAValueThatIsNestedTooDeepIsRefused(t *testing.T) {
	for name, body := range nested(201) {
		for size, r := range map[string]io.Reader{"at once": requests(t, body), "byte by byte": iotest.OneByteReader(requests(t, body))} {
			t.Run(name+" "+size, func(t *testing.T) {
				c := codec.NewServer(wire{r}, 1<<20)
				require.NoError(t, c.ReadRequestHeader(new(rpc.Request)))
				err := c.ReadRequestBody(nil) // the method does not exist
				require.ErrorIs(t, err, codec.ErrTooLarge, seeF5)
				require.ErrorContains(t, err, "a value nested more than 200 deep")
			})
		}
	}
	c := codec.NewServer(wire{requests(t, More{A: 7, B: 8, List: nested(200)["list"].(List)})}, 1<<20)
	require.NoError(t, c.ReadRequestHeader(new(rpc.Request)))
	require.ErrorContains(t, c.ReadRequestBody(new(Point)), "nested", "a field that the method's argument does not have")
}

func TestAValueThatIsAlmostTooDeepIsRead(t *testing.T) {
	for name, body := range nested(200) {
		n, err := readAll(codec.NewServer(wire{requests(t, body, body, 7)}, 1<<20))
		require.Equal(t, io.EOF, err, name)
		require.Equal(t, 3, n, name)
	}
}

// Tree holds itself, and values of all kinds.
type Tree struct {
	Kids    []*Tree
	ByName  map[string]Tree
	Yes     bool
	Ints    []int64
	Uints   [3]uint32
	Float   float64
	Complex complex128
	Bytes   []byte
	Text    string
	Time    time.Time
	Number  *big.Int
	Float2  *big.Float // sends itself as text
	Points  map[Point][]Point
	Empty   struct{}
	Chains  []Chain
}

func TestAValueOfATypeThatHoldsItselfIsReadWhole(t *testing.T) {
	leaf := Tree{
		Yes: true, Ints: []int64{0, -1, 1 << 62, -1 << 63}, Uints: [3]uint32{1<<32 - 1}, Float: -0.1, Complex: 1 - 2i,
		Bytes: bytes.Repeat([]byte{0}, 300), Text: strings.Repeat("text", 300), Time: time.Unix(1, 0).UTC(), Number: big.NewInt(-7),
		Float2: big.NewFloat(0.5), Points: map[Point][]Point{{1, 2}: {{}, {3, 4}}}, Chains: []Chain{{"a", &Chain{Text: "b"}}},
	}
	tree := Tree{Kids: []*Tree{&leaf, {}, &leaf}, ByName: map[string]Tree{"leaf": leaf}}
	for name, r := range map[string]io.Reader{"at once": requests(t, tree, leaf), "byte by byte": iotest.OneByteReader(requests(t, tree, leaf))} {
		c := codec.NewServer(wire{r}, 1<<20)
		for _, want := range []Tree{tree, leaf} {
			var got Tree
			require.NoError(t, c.ReadRequestHeader(new(rpc.Request)), name)
			require.NoError(t, c.ReadRequestBody(&got), name)
			equal := cmp.Comparer(func(x, y *big.Float) bool { return x == y || x != nil && y != nil && x.Cmp(y) == 0 })
			equalInt := cmp.Comparer(func(x, y *big.Int) bool { return x == y || x != nil && y != nil && x.Cmp(y) == 0 })
			require.Empty(t, cmp.Diff(want, got, equal, equalInt), name)
		}
	}
}

// TestNoDefinitionHidesAnother: a value would be followed by one and read by the other. Nor
// is any taken that gob refuses.
func TestNoDefinitionHidesAnother(t *testing.T) {
	const list = "\x0d\xff\x81\x02\x01\x02\xff\x82\x00\x01\xff\x82\x00\x00" // 65 is a list of 65
	for name, text := range map[string]string{
		"one with the same id":             list + list,
		"one of gob's own ids":             "\x0a\x03\x02\x01\x02\x04\x00\x01\x04\x00\x00",
		"one of two kinds":                 "\x14\xff\x81\x02\x01\x02\xff\x82\x00\x01\xff\x82\x00\x01\x01\x02\xff\x82\x00\x00\x00",
		"a list of its field 2":            "\x07\xff\x81\x02\x03\x04\x00\x00",
		"an array of its field 3":          "\x09\xff\x81\x01\x03\x04\x01\x04\x00\x00",
		"a struct of more than its fields": "\x0f\xff\x81\x03\x02\x01\x01\x01A\x01\x04\x00\x01\x04\x00\x00",
		"a struct whose fields come twice": "\x13\xff\x81\x03\x02\x00\xf8\xff\xff\xff\xff\xff\xff\xff\xff\x00\x01\x00\x00\x00",
		"a list of nothing":                "\x0a\xff\x81\x02\x01\x02\xff\x82\x00\x00\x00",
	} {
		c := codec.NewServer(wire{strings.NewReader(text)}, 1<<20)
		require.ErrorContains(t, c.ReadRequestHeader(new(rpc.Request)), "a type definition is not whole", name)
	}
}

func TestAClientDoesNotSendWhatIsNestedTooDeep(t *testing.T) {
	c := codec.NewClient(wire{strings.NewReader("")}, 1<<20)
	defer c.Close()
	err := c.WriteRequest(new(rpc.Request), nested(201)["struct"])
	require.ErrorContains(t, err, "cannot send a codec_test.Chain: message too large: a value nested more than 200 deep")
	require.ErrorAs(t, err, new(*codec.TypeError))
}

// cutLast cuts the last message off text, and its length off it.
func cutLast(text string) (before, last string) {
	for rest := text; rest != ""; rest = rest[1+int(rest[0]):] { // no message has 128 bytes
		before, last = text[:len(text)-len(rest)], rest[1:]
	}
	return before, last
}

func TestAListTakesNoMemoryBeforeItsElementsHaveCome(t *testing.T) {
	for name, list := range map[string]any{"slice": []string{"x"}, "map": map[string]struct{}{"x": {}}} {
		before, last := cutLast(requests(t, list).String())                            // last is the type's id, 0, the list's length, and "x"
		claim := last[:strings.LastIndex(last, "\x01\x01x")] + "\xfd\x40\x00\x00\x01x" // four million
		for size, within := range map[string]string{"alone": "", "after 300 others": strings.Repeat("\x01x", 300)} {
			claim := claim + within
			text := before + "\xfe" + string([]byte{byte(len(claim) >> 8), byte(len(claim))}) + claim
			t.Run(name+" "+size, func(t *testing.T) {
				c := codec.NewServer(wire{strings.NewReader(text)}, 1<<20)
				require.NoError(t, c.ReadRequestHeader(new(rpc.Request)))
				into := reflect.New(reflect.TypeOf(list)).Interface()
				allocated := allocatedBy(func() { require.ErrorContains(t, c.ReadRequestBody(into), "not as its type says") })
				require.Less(t, allocated, uint64(1<<20), seeF5)
			})
		}
	}
}

// Kids holds itself.
type Kids struct{ Kids []*Kids }

// TestListsWithinListsTakeNoMemoryBeforeTheirElementsHaveCome: gob would make room for 10
// MiB, 39 times.
func TestListsWithinListsTakeNoMemoryBeforeTheirElementsHaveCome(t *testing.T) {
	before, last := cutLast(requests(t, Kids{}).String()) // last is the type's id and 0
	claim := strings.TrimSuffix(last, "\x00") + strings.Repeat("\x01\xfd\x13\xff\xff", 39)
	c := codec.NewServer(wire{strings.NewReader(before + "\xff" + string([]byte{byte(len(claim))}) + claim)}, 1<<20)
	require.NoError(t, c.ReadRequestHeader(new(rpc.Request)))
	allocated := allocatedBy(func() { require.ErrorContains(t, c.ReadRequestBody(new(Kids)), "not as its type says") })
	require.Less(t, allocated, uint64(1<<20), seeF5)
}

// TestATypeWhoseDefinitionWasRefusedHasNoValues: without types for its keys and elements, a
// map takes no bytes, however many it claims to have.
func TestATypeWhoseDefinitionWasRefusedHasNoValues(t *testing.T) {
	before, last := cutLast(requests(t, map[string]bool{}).String()) // last is the type's id, 0, and 0 elements
	definition := strings.LastIndex(before, last[:2])
	before = before[:definition] + "\xf7" + before[definition+1:] // an id of eight bytes, which are not there
	claim := strings.TrimSuffix(last, "\x00") + "\xf8\x40" + strings.Repeat("\x00", 7)
	c := codec.NewServer(wire{strings.NewReader(before + string(byte(len(claim))) + claim)}, 1<<20)
	require.NoError(t, c.ReadRequestHeader(new(rpc.Request)))
	require.ErrorContains(t, c.ReadRequestBody(new(map[string]bool)), "a type definition is not whole")
	require.Error(t, c.ReadRequestBody(new(map[string]bool)))
}
