module example.com/workshop/stage01-rpc

go 1.26.0
