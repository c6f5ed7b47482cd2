"""What commands show: from facts to replies, with no deed of their own."""
