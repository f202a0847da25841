mqadmin sendMessage -n {name_server} -t hello -c greeting -k ORD-1 -p 'Hello from mqadmin'
