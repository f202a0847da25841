mqadmin consumeMessage -n {name_server} -t hello -g hello-consumer
