package workshop_test

import (
	"fmt"
	"net"
	"net/rpc"
)

// Calculator is what the server offers.
type Calculator struct{}

// Multiply is a method as net/rpc wants it: an argument, a pointer to the
// reply, and an error.
func (Calculator) Multiply(factors [2]int, product *int) error {
	*product = factors[0] * factors[1]
	return nil
}

// Example is a server and its client with the standard library alone.
func Example() {
	server := rpc.NewServer()
	server.Register(Calculator{})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	defer l.Close()
	go func() {
		for conn, err := l.Accept(); err == nil; conn, err = l.Accept() {
			go server.ServeConn(conn)
		}
	}()
	client, err := rpc.Dial("tcp", l.Addr().String())
	if err != nil {
		panic(err)
	}
	defer client.Close()
	var product int
	if err := client.Call("Calculator.Multiply", [2]int{7, 8}, &product); err != nil {
		panic(err)
	}
	fmt.Println("7 * 8 =", product)
	// Output: 7 * 8 = 56
}
