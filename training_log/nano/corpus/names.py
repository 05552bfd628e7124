"""First names of people and towns, of many countries."""

from __future__ import annotations

from training_log.nano.corpus.phrases import phrases

__all__ = ["ACCENTED", "ACCENTED_TOWNS", "FIRST_NAMES", "TOWNS"]

FIRST_NAMES = phrases("""
    Anna | Ben | Clara | David | Emma | Felix | Grace | Henry | Isla | Jack | Kate | Liam | Maria | Noah |
    Olivia | Peter | Quinn | Rosa | Sam | Tina | Uma | Victor | Wendy | Xavier | Yara | Zoe | Tom | Lucy |
    Oscar | Nina | Paul | Ruth | Simon | Laura | Mark | Helen | George | Alice | Daniel | Sophie | Thomas |
    Julia | Martin | Eva | Robert | Irene | Frank | Martha | Leo | Ella | Max | Ida | Hugo | Freya | Lars |
    Ingrid | Sven | Astrid | Bjorn | Signe | Nils | Greta | Anders | Maja | Erik | Liv | Jonas | Karin |
    Mikkel | Sanne | Pieter | Femke | Joost | Lotte | Bram | Anouk | Luc | Chantal | Pierre | Amelie |
    Thierry | Manon | Etienne | Colette | Giulia | Marco | Chiara | Lorenzo | Paola | Matteo | Bianca | Enzo
    | Carmen | Diego | Lucia | Javier | Pilar | Mateo | Ines | Rafael | Consuelo | Joao | Beatriz | Thiago |
    Catarina | Nuno | Marisol | Pablo | Ximena | Andres | Valentina | Katya | Dmitri | Olga | Ivan |
    Svetlana | Mikhail | Irina | Boris | Natasha | Yuri | Oksana | Taras | Bohdan | Halyna | Agnieszka |
    Piotr | Kasia | Wojtek | Zofia | Marek | Jana | Pavel | Lenka | Ondrej | Zuzana | Milos | Jelena | Goran
    | Vesna | Zoran | Mira | Andrei | Ioana | Mihai | Elena | Radu | Petya | Georgi | Eleni | Nikos |
    Katerina | Yannis | Despina | Emre | Ayse | Mehmet | Zeynep | Murat | Elif | Hakan | Leyla | Reza |
    Shirin | Darius | Nasrin | Omid | Parisa | Ahmed | Fatima | Hassan | Layla | Omar | Yasmin | Karim |
    Noor | Tariq | Salma | Khalid | Amira | Bilal | Hana | Idris | Mariam | Arjun | Priya | Rahul | Anjali |
    Vikram | Lakshmi | Sanjay | Meera | Rohan | Kavita | Deepak | Sunita | Anil | Divya | Nikhil | Pooja |
    Wei | Mei | Jun | Ling | Hao | Xin | Chen | Yan | Bo | Fang | Hiroshi | Yuki | Kenji | Sakura | Takeshi
    | Aiko | Haruto | Naomi | Jisoo | Minho | Hyejin | Sungmin | Linh | Minh | Thao | Quang | Somchai |
    Malee | Putri | Budi | Dewi | Agus | Siti | Kofi | Ama | Kwame | Abena | Chidi | Ngozi | Emeka | Adaeze
    | Tunde | Folake | Sipho | Thandi | Lerato | Zola | Amina | Juma | Wanjiru | Otieno | Makena | Haile |
    Selam | Tesfaye | Aster | Moana | Tane | Aroha | Wiremu | Keanu | Leilani | Nashoba | Aiyana | Siobhan |
    Declan | Niamh | Cormac | Aoife | Rhys | Cerys | Gwen | Owen | Hamish | Morag | Fergus | Eilidh | Ewan |
    Dafydd | Bronwen | Aisling | Padraig | Ronan | Esther | Miriam | Avi | Noa | Eitan | Tamar | Yael |
    Moshe | Rivka | Asher | Judith | Saul | Betty | Walter | Doris | Harold | Edith | Stanley | Mabel |
    Cyril | Agnes | Percy | Winnie | Archie | Poppy | Alfie | Ruby | Finn | Daisy | Toby | Molly | Rory |
    Harper | Mason | Logan | Aria | Wyatt | Hazel | Carter | Sadie | Easton | Nora | Tyler | Kayla | Brandon
    | Megan | Dustin | Tessa | Jerome | Keisha | Darnell | Latoya | Malik | Imani | Andre | Tasha | Marcus |
    Denise | Abigail | Adam | Adele | Adrian | Agatha | Aidan | Aileen | Alan | Albert | Alec | Alexander |
    Alexandra | Alfred | Alison | Allan | Alma | Alvin | Amanda | Amy | Andrea | Andrew | Angela | Angus |
    Annabel | Anne | Annette | Annie | Anthony | Antonia | Arnold | Arthur | Ashley | Audrey | Aubrey | Ava
    | Barbara | Barry | Beatrice | Becky | Belinda | Benjamin | Bernard | Beryl | Bethany | Beverly | Billy
    | Blake | Bobby | Bonnie | Brenda | Brendan | Brett | Brian | Bridget | Bruce | Bryan | Caitlin | Caleb
    | Callum | Cameron | Camilla | Candice | Carl | Carla | Carol | Caroline | Cassandra | Catherine | Cathy
    | Cecilia | Cecil | Celia | Charlene | Charles | Charlie | Charlotte | Chelsea | Cheryl | Chloe | Chris
    | Christina | Christine | Christopher | Cindy | Clare | Clark | Claudia | Clifford | Clive | Clyde |
    Cody | Colin | Connie | Connor | Conrad | Cora | Corey | Courtney | Craig | Curtis | Cynthia | Damian |
    Damon | Danielle | Daphne | Darren | Dave | Deborah | Deirdre | Delia | Dennis | Derek | Desmond | Diana
    | Diane | Dominic | Donald | Donna | Dora | Doreen | Dorothy | Douglas | Duncan | Dylan | Edgar | Edmund
    | Edna | Edward | Edwin | Eileen | Elaine | Eleanor | Eli | Elias | Elizabeth | Ellen | Elliot | Elsie |
    Emily | Eric | Erica | Ernest | Ethan | Ethel | Eugene | Evelyn | Fiona | Flora | Florence | Frances |
    Francis | Fred | Frederick | Gabriel | Gareth | Garry | Gavin | Gemma | Geoffrey | Gerald | Geraldine |
    Gilbert | Gillian | Gina | Gladys | Glenda | Glenn | Gloria | Gordon | Graham | Gregory | Greg |
    Gwendolyn | Hannah | Harriet | Harry | Harvey | Hayley | Hector | Heidi | Herbert | Hilary | Hilda |
    Howard | Hubert | Ian | Imogen | Ingmar | Isaac | Isabel | Isabella | Ivor | Jackie | Jacob | Jacqueline
    | Jake | James | Jamie | Jane | Janet | Janice | Jared | Jason | Jean | Jeffrey | Jemima | Jennifer |
    Jenny | Jeremy | Jessica | Jill | Jim | Joan | Joanna | Jodie | Joe | Joel | Johanna | John | Johnny |
    Jonathan | Jordan | Joseph | Josephine | Joshua | Joyce | Judy | Julian | Julie | Justin | Karen | Karl
    | Kathleen | Katie | Keith | Kelly | Kenneth | Kerry | Kevin | Kim | Kirsten | Kirsty | Kurt | Kyle |
    Lance | Larry | Lauren | Laurence | Leah | Leanne | Lee | Leonard | Leslie | Lewis | Lillian | Linda |
    Lindsay | Lisa | Lloyd | Lois | Lorna | Lorraine | Louis | Louise | Luke | Lydia | Lynn | Mabry |
    Mackenzie | Madeleine | Maggie | Malcolm | Mandy | Marcia | Margaret | Margot | Marian | Marie | Marilyn
    | Marion | Marjorie | Marlene | Marnie | Marvin | Mary | Matilda | Matthew | Maureen | Maurice | Mavis |
    Maxine | Melanie | Melissa | Melvin | Meredith | Mia | Michael | Michelle | Mike | Mildred | Millie |
    Minnie | Mitchell | Moira | Mona | Monica | Morgan | Muriel | Myra | Myrtle | Nancy | Naomh | Natalie |
    Nathan | Neil | Nellie | Nicholas | Nicola | Nicole | Nigel | Norman | Oliver | Pamela | Patricia |
    Patrick | Paula | Pauline | Peggy | Penelope | Phil | Philip | Phoebe | Phyllis | Polly | Priscilla |
    Rachel | Ralph | Randall | Raymond | Rebecca | Reginald | Rex | Rhoda | Rhona | Richard | Rita | Robbie
    | Rodney | Roland | Ron | Ronald | Rosalind | Rosemarie | Rosie | Ross | Roxanne | Roy | Rupert |
    Russell | Ryan | Samantha | Samuel | Sandra | Sarah | Scott | Sean | Sebastian | Selina | Shane |
    Shannon | Sharon | Shaun | Sheila | Shelley | Sherry | Shirley | Sidney | Silas | Sonia | Spencer |
    Stacey | Stella | Stephanie | Stephen | Steve | Steven | Stuart | Susan | Susannah | Suzanne | Sybil |
    Sylvia | Tabitha | Tamara | Tanya | Teresa | Terence | Terry | Thelma | Theo | Theresa | Tim | Timothy |
    Todd | Tony | Tracy | Trevor | Trudy | Tristan | Ursula | Valerie | Vanessa | Verity | Vernon | Veronica
    | Vicky | Victoria | Vincent | Viola | Virginia | Vivian | Wallace | Warren | Wayne | Wilfred | William
    | Wilma | Winifred | Yolanda | Yvonne | Zachary | Zara | Adelheid | Andrej | Annika | Antje | Arne |
    Axel | Bernd | Birgit | Brigitte | Carsten | Christa | Detlef | Dieter | Dirk | Elke | Ernst | Franz |
    Friedrich | Fritz | Gerda | Gerhard | Gisela | Gudrun | Gunther | Hans | Hedwig | Heike | Heinrich |
    Heinz | Helga | Helmut | Hildegard | Holger | Horst | Ilse | Ingo | Jens | Jochen | Jorg | Jurgen |
    Jutta | Kerstin | Klaus | Konrad | Lieselotte | Lukas | Manfred | Margit | Markus | Matthias | Monika |
    Norbert | Olaf | Otto | Petra | Rainer | Renate | Rudolf | Sabine | Sigrid | Silke | Stefan | Steffen |
    Susanne | Thorsten | Traudl | Uli | Ulrike | Ute | Uwe | Volker | Walburga | Werner | Wilhelm | Wolfgang
    | Adrien | Alain | Antoine | Arnaud | Aurelie | Baptiste | Benoit | Bernadette | Camille | Cedric |
    Celine | Christophe | Clement | Corinne | Delphine | Didier | Elodie | Emilie | Fabien | Fabrice |
    Florian | Francoise | Gaston | Genevieve | Gerard | Guillaume | Helene | Henri | Jacques | Jeanne |
    Juliette | Julien | Laurent | Luce | Lucien | Ludovic | Marcel | Margaux | Marguerite | Mathilde |
    Mathieu | Maxime | Mireille | Mathis | Nathalie | Nicolas | Noemie | Odette | Olivier | Pascal |
    Philippe | Quentin | Raoul | Remi | Renee | Romain | Sandrine | Solange | Sylvain | Sylvie | Thibault |
    Valentin | Veronique | Vivienne | Yannick | Yves | Alessandra | Alessandro | Alfonso | Angelo | Antonio
    | Arianna | Carlo | Cristina | Dario | Elisa | Emanuele | Fabio | Federica | Federico | Filippo |
    Francesca | Francesco | Gabriele | Gianni | Giorgio | Giovanni | Giuseppe | Ilaria | Lidia | Luca |
    Luigi | Marcello | Margherita | Massimo | Michele | Mirella | Nicolo | Ornella | Pasquale | Pietro |
    Raffaele | Renato | Riccardo | Roberto | Rocco | Salvatore | Sergio | Silvia | Simona | Stefano |
    Tommaso | Umberto | Valeria | Vittoria | Vito | Adriana | Alba | Alberto | Alejandra | Alejandro |
    Alfredo | Alicia | Alonso | Alvaro | Amparo | Ana | Araceli | Arturo | Begona | Belen | Blanca | Camila
    | Carlos | Cesar | Clemente | Cristobal | Eduardo | Emilio | Enrique | Esteban | Estela | Eugenio |
    Fabiola | Felipe | Fernanda | Fernando | Francisco | Gonzalo | Graciela | Guadalupe | Guillermo |
    Gustavo | Hernan | Ignacio | Isidro | Jaime | Joaquin | Jorge | Jose | Josefa | Juana | Julio | Leandro
    | Leonor | Leticia | Lola | Lorena | Lourdes | Lucas | Luis | Luisa | Manuel | Manuela | Maribel | Mario
    | Mauricio | Mercedes | Miguel | Montserrat | Nerea | Norberto | Octavio | Pedro | Raquel | Ramon |
    Ricardo | Rocio | Rodrigo | Rosario | Ruben | Salvador | Susana | Teodoro | Tomas | Vicente | Afonso |
    Anabela | Antonella | Bernardo | Bruna | Cristiano | Duarte | Filipa | Gilberto | Gisele | Heitor |
    Helder | Inacio | Isadora | Jorgina | Larissa | Leandra | Leonardo | Luana | Luciana | Luiz | Madalena |
    Marcelo | Marcos | Mariana | Marina | Otavio | Paulo | Renata | Rui | Sandro | Tiago | Vasco | Vitor |
    Aino | Aleksi | Annikki | Antti | Eero | Eino | Elina | Emil | Esa | Hannele | Hanna | Heikki | Helmi |
    Henrik | Ilkka | Ilona | Jaakko | Janne | Jari | Jouni | Juha | Jukka | Jussi | Kaarina | Kaisa | Kalle
    | Kari | Katri | Lasse | Leena | Markku | Marja | Matti | Mikko | Minna | Niina | Oskari | Outi | Paavo
    | Paivi | Pekka | Pentti | Petri | Pirkko | Reijo | Riikka | Risto | Saara | Sami | Sanna | Satu | Seppo
    | Sirkka | Tapio | Teemu | Timo | Tuomas | Tuula | Veikko | Ville | Aase | Bente | Birger | Bodil | Egil
    | Einar | Elin | Eskil | Espen | Frode | Geir | Gunnar | Gustav | Haakon | Halvard | Harald | Hege |
    Henning | Hilde | Ivar | Jarle | Jorunn | Kjell | Kjersti | Knut | Kristin | Magnus | Marit | Merete |
    Morten | Ola | Oddvar | Olav | Oyvind | Ragnhild | Randi | Ronnie | Rune | Sigurd | Siri | Solveig |
    Stig | Stian | Svein | Synne | Torbjorn | Trond | Trine | Turid | Unni | Vidar | Wenche | Agneta | Anja
    | Annelie | Barbro | Bengt | Bertil | Birgitta | Britta | Caspar | Ebba | Elsa | Fredrik | Gosta |
    Gunilla | Hedvig | Ingela | Jesper | Johan | Josefin | Klas | Kristoffer | Lennart | Linnea | Lovisa |
    Malin | Margareta | Mattias | Mats | Oskar | Patrik | Rasmus | Sigvard | Sixten | Sofia | Staffan |
    Stellan | Sture | Tage | Tilda | Tobias | Torsten | Ulf | Ulla | Viveka | Asger | Birthe | Claus | Ditte
    | Flemming | Frederik | Gitte | Hanne | Jeppe | Jette | Jorgen | Lene | Mads | Mette | Niels | Palle |
    Pernille | Poul | Preben | Soren | Sidsel | Thorkild | Troels | Adriaan | Annelies | Anneke | Arjen |
    Bart | Daan | Dirkje | Eline | Floris | Frits | Geert | Gerrit | Gijs | Hendrik | Henk | Jaap | Jacoba |
    Janneke | Jeroen | Joris | Kees | Klaas | Koen | Lieke | Maarten | Maartje | Marijke | Marieke | Marloes
    | Mathijs | Merel | Mieke | Niek | Paulien | Reinier | Ruud | Saskia | Sjoerd | Teun | Thijs | Tjitske |
    Wim | Wouter | Alicja | Andrzej | Aneta | Bartek | Beata | Bogdan | Bogna | Bozena | Cezary | Czeslaw |
    Danuta | Dariusz | Dorota | Edyta | Elzbieta | Ewa | Filip | Gosia | Grazyna | Grzegorz | Halina |
    Henryk | Iga | Irena | Iwona | Jacek | Jadwiga | Jakub | Janusz | Jaroslaw | Jerzy | Jolanta | Jozef |
    Justyna | Kamil | Karol | Karolina | Kazimierz | Kinga | Krystyna | Krzysztof | Kuba | Lech | Leszek |
    Lucyna | Lukasz | Maciej | Magda | Malgorzata | Marcin | Mariusz | Marta | Mateusz | Michal | Mieszko |
    Mikolaj | Milena | Natalia | Olek | Oliwia | Patryk | Pawel | Przemek | Rafal | Ryszard | Slawek |
    Stanislaw | Staszek | Sylwia | Szymon | Tadeusz | Tomasz | Urszula | Wanda | Weronika | Wiesiek |
    Wiktoria | Witold | Wladek | Zbigniew | Zdzislaw | Zosia | Zuzia | Alena | Bohumil | Bozidar | Dagmar |
    Daniela | Denisa | Eliska | Frantisek | Hynek | Ivana | Iveta | Jarmila | Jaromir | Jaroslav | Jindra |
    Jiri | Jitka | Josef | Kamila | Klara | Kristyna | Kveta | Ladislav | Libor | Lubos | Ludmila | Marketa
    | Martina | Miloslav | Miroslav | Misa | Pavla | Radek | Radka | Rostislav | Stanislav | Stepan | Tereza
    | Vaclav | Vojtech | Vladimir | Zdenek | Zdenka | Anton | Bojana | Boban | Branko | Danica | Davor |
    Dejan | Dragan | Drago | Dubravka | Dunja | Gordana | Igor | Ivanka | Ivica | Jadranka | Jasna | Josip |
    Katarina | Kosta | Ksenija | Lazar | Ljiljana | Luka | Marija | Marijana | Milica | Mirjana | Mirko |
    Miroslava | Nada | Natasa | Neda | Nemanja | Nenad | Nevena | Nikola | Ognjen | Petar | Predrag |
    Radmila | Sanja | Sasa | Senka | Slavica | Slobodan | Snezana | Srdjan | Stojan | Svetlin | Tanja |
    Tatjana | Tihomir | Tomislav | Vedran | Veljko | Vuk | Zdravko | Zeljko | Zlata | Zlatan | Aleksandar |
    Aleksander | Albena | Asen | Atanas | Bilyana | Boyko | Desislava | Dimitar | Dimitrios | Galina |
    Gergana | Hristo | Iliana | Iva | Kalina | Kiril | Krasimir | Lyubomir | Mariya | Nadezhda | Nikolay |
    Plamen | Rositsa | Rumen | Silviya | Stanimir | Stoyan | Todor | Tsvetan | Tsvetelina | Vasil | Viktor |
    Violeta | Yordan | Yordanka | Zhivko | Adela | Adina | Alexandru | Alina | Anca | Bogdana | Catalin |
    Claudiu | Constantin | Corina | Cosmin | Costin | Crina | Cristian | Dana | Doina | Dragos | Dumitru |
    Emilian | Flavius | Florin | Gabriela | Gheorghe | Horia | Ileana | Ilie | Ion | Ionut | Iulia |
    Laurentiu | Liviu | Lucian | Luminita | Madalina | Magdalena | Marius | Mihaela | Mircea | Mirela |
    Nicoleta | Octavian | Oana | Ovidiu | Raluca | Ramona | Roxana | Silviu | Sorin | Stefania | Stelian |
    Teodora | Tudor | Vasile | Viorel | Viorica | Vlad | Aladar | Andras | Aniko | Attila | Balazs | Balint
    | Bence | Bela | Csaba | Csilla | Edina | Emese | Erika | Erzsebet | Ferenc | Gabor | Geza | Gergely |
    Gyorgy | Gyula | Ildiko | Ilka | Imre | Istvan | Janos | Jozsef | Judit | Kalman | Karoly | Katalin |
    Krisztina | Lajos | Laszlo | Levente | Marton | Matyas | Miklos | Orsolya | Piroska | Reka | Roza |
    Sandor | Szabolcs | Szilvia | Tamas | Tibor | Timea | Vilmos | Zita | Zoltan | Zsofia | Zsolt | Zsuzsa |
    Agapi | Alexandros | Alkis | Anastasia | Andreas | Antonis | Apostolos | Argyro | Aristotelis | Athina |
    Babis | Christos | Costas | Dimitra | Dionysis | Efi | Eftychia | Evangelia | Evi | Foteini | Fotis |
    Giannis | Giorgos | Grigoris | Ioannis | Kalliopi | Kostas | Kyriakos | Lefteris | Manolis | Michalis |
    Nikoleta | Olympia | Panagiotis | Paraskevi | Pavlos | Sofoklis | Sotiris | Spiros | Stamatis | Stavros
    | Stelios | Takis | Thanasis | Theodora | Thodoris | Vangelis | Vasilis | Vasso | Voula | Xenia |
    Yiannis | Yorgos | Zoi | Alexei | Alyona | Anatoly | Andrey | Anfisa | Arkady | Artem | Denis | Dasha |
    Ekaterina | Evgeny | Fyodor | Gennady | Grigory | Kirill | Konstantin | Ksenia | Larisa | Leonid | Liza
    | Lyudmila | Lyuba | Maksim | Marfa | Masha | Misha | Nadia | Nastya | Natalya | Nikita | Nikolai | Oleg
    | Olesya | Pasha | Polina | Ruslan | Sasha | Semyon | Sergei | Slava | Sonya | Stas | Timur | Tatiana |
    Vadim | Valery | Vanya | Varvara | Vasily | Viktoria | Vitaly | Vladislav | Volodya | Vyacheslav | Yana
    | Yaroslav | Yegor | Yulia | Zhanna | Andriy | Bohdana | Danylo | Iryna | Kateryna | Lesya | Mykhailo |
    Mykola | Nazar | Oleksandr | Olena | Ostap | Solomiya | Vasyl | Yevhen | Zoryana | Abdul | Abdullah |
    Abu | Adel | Adnan | Aisha | Akram | Ali | Alia | Amal | Amin | Amna | Anwar | Aref | Asma | Ayman |
    Aziz | Bashir | Basma | Dalia | Fadi | Faisal | Farah | Farid | Faruq | Fatma | Fouad | Ghada | Habib |
    Hala | Hamid | Hamza | Hani | Haroun | Hatem | Heba | Hiba | Huda | Hussein | Ibrahim | Ismail | Jaber |
    Jalal | Jamal | Jamila | Kamal | Kareem | Khadija | Lamia | Lina | Lubna | Mahmoud | Majid | Manal |
    Mansour | Marwan | Maryam | Maysa | Mourad | Mustafa | Nabil | Nadim | Nahla | Najib | Najwa | Nasser |
    Nawal | Nour | Osama | Qasim | Rabia | Rami | Rana | Rania | Rasha | Rashid | Reem | Rima | Rula | Saad
    | Sabah | Said | Saleh | Salim | Samar | Sameer | Samira | Sana | Sara | Selma | Shadi | Sherif | Soraya
    | Suad | Suhail | Sumaya | Taha | Tahir | Talal | Usman | Wafa | Walid | Yahya | Yasser | Yasin | Yousef
    | Youssef | Zahra | Zain | Zaid | Zainab | Ziad | Zubair | Abbas | Amir | Anahita | Arash | Arezu |
    Arman | Azadeh | Babak | Bahar | Behnam | Bijan | Dara | Ehsan | Elham | Farhad | Fariba | Farzaneh |
    Ferdows | Golnar | Hooman | Jaleh | Kamran | Kaveh | Kianoush | Laleh | Mahnaz | Mahsa | Mehdi | Mehran
    | Mitra | Mohsen | Morteza | Nader | Nahid | Navid | Negar | Niloufar | Parvin | Pejman | Pouya | Ramin
    | Roya | Sahar | Saeed | Sanaz | Sepideh | Shahin | Shahram | Shideh | Siamak | Simin | Soheil | Taraneh
    | Vahid | Yalda | Zohreh | Ahmet | Alper | Arda | Aslan | Asli | Aydin | Aylin | Aysel | Banu | Baris |
    Basak | Berk | Berna | Bora | Burak | Burcu | Cemal | Ceren | Cihan | Defne | Deniz | Derya | Dilek |
    Duygu | Ebru | Elmas | Emel | Emine | Ercan | Erdem | Eren | Erkan | Erol | Esra | Fatih | Ferhat |
    Fikret | Filiz | Funda | Gamze | Gizem | Gokhan | Gonca | Gulsen | Hande | Hasan | Hatice | Huseyin |
    Ilker | Ipek | Irmak | Kaan | Kemal | Kerem | Koray | Levent | Mehtap | Melek | Melis | Meltem | Merve |
    Meryem | Metin | Nazli | Nermin | Nesrin | Nihat | Nilgun | Nuray | Nuri | Oguz | Okan | Onur | Orhan |
    Ozan | Ozge | Ozlem | Pelin | Pinar | Recep | Sedat | Seda | Selim | Selin | Sema | Serap | Serdar |
    Serkan | Sevgi | Sevim | Sibel | Sinan | Songul | Suat | Tarkan | Tolga | Tugba | Tuncay | Turgut | Ufuk
    | Umut | Ugur | Volkan | Yavuz | Yasemin | Yilmaz | Yunus | Yusuf | Zehra | Zeki | Aarav | Abhishek |
    Aditi | Aditya | Ajay | Akash | Akshay | Alka | Amar | Amit | Amrita | Ananya | Aparna | Archana | Arun
    | Aruna | Asha | Ashok | Ashwin | Avinash | Ayaan | Bharat | Bhavna | Chandra | Charu | Chitra | Daksha
    | Damini | Dev | Devika | Dhruv | Dilip | Dinesh | Esha | Farhan | Ganesh | Gaurav | Gauri | Geeta |
    Girish | Gopal | Govind | Harish | Harsha | Hema | Indira | Indu | Irfan | Ishaan | Jagdish | Jaya |
    Jayesh | Jyoti | Kabir | Kailash | Kamala | Kamini | Kapil | Karan | Kartik | Kiran | Kirti | Komal |
    Krishna | Kumar | Lalita | Lata | Leela | Madhav | Madhuri | Mahesh | Malini | Mamta | Manish | Manju |
    Manoj | Maya | Mayank | Meena | Megha | Mohan | Mohini | Mukesh | Nandini | Narayan | Naresh | Naveen |
    Neelam | Neeraj | Neha | Nidhi | Nirmala | Nisha | Nitin | Padma | Pallavi | Pankaj | Parvati | Pawan |
    Piyush | Prabha | Pradeep | Prakash | Pramod | Pranav | Prasad | Prashant | Pratibha | Pravin | Prem |
    Radha | Raj | Raja | Rajesh | Rajiv | Raju | Rakesh | Rama | Ramesh | Rani | Ranjit | Rashmi | Ravi |
    Reena | Rekha | Renu | Rishi | Ritu | Rohini | Rohit | Roshan | Rukmini | Sachin | Sandeep | Sangita |
    Sanjana | Sapna | Sarita | Saroj | Satish | Savita | Seema | Shalini | Shankar | Shanti | Sharmila |
    Sheela | Shekhar | Shilpa | Shiv | Shobha | Shreya | Shruti | Siddharth | Sita | Sneha | Sonal |
    Srinivas | Sudha | Sudhir | Suman | Sunil | Surekha | Suresh | Sushila | Swati | Tanvi | Tara | Tejas |
    Uday | Umesh | Urmila | Usha | Vandana | Varun | Vasant | Veena | Venkat | Vidya | Vijay | Vimala |
    Vinay | Vineet | Vinod | Vishal | Vivek | Yash | Yogesh | Anwara | Farzana | Iqbal | Jahanara | Mahbub |
    Mizan | Moushumi | Nasima | Rezaul | Rokeya | Shahid | Shirina | Tanvir | Ayub | Imran | Javed | Kashif
    | Mehwish | Nadeem | Rizwan | Sadia | Sohail | Tahira | Waqar | Zeeshan | Anura | Chaminda | Dilshan |
    Kumari | Lasantha | Nimal | Nuwan | Ruwan | Sachini | Thilini | Aiguo | Baozhai | Chao | Fei | Feng |
    Guang | Guo | Hua | Hui | Jia | Jian | Jiang | Jie | Jing | Jinhai | Jingyi | Kang | Lei | Lijuan |
    Lihua | Longwei | Mingyu | Ning | Qiang | Qiu | Shuang | Wen | Wenjing | Xia | Xiang | Xiaoli | Xiaoming
    | Xiu | Xue | Yong | Yuan | Yue | Yun | Zhen | Zhi | Zhiqiang | Zhong | Zihan | Akemi | Akihiro | Akiko
    | Akira | Asami | Asuka | Atsushi | Ayaka | Ayumi | Chika | Daichi | Daiki | Daisuke | Eiji | Fumiko |
    Goro | Hajime | Hanako | Haruka | Haruki | Hideki | Hideo | Hikari | Hikaru | Hina | Hinata | Hiroko |
    Hiroto | Hitomi | Isamu | Itsuki | Izumi | Jiro | Junko | Kaede | Kana | Kaori | Kaito | Katsumi |
    Kazuko | Kazuo | Keiko | Keita | Kenta | Kiyoshi | Koichi | Koji | Kyoko | Maki | Makoto | Mami | Manami
    | Mariko | Masahiro | Masaki | Masako | Masato | Mayumi | Megumi | Michiko | Midori | Miho | Miki |
    Minako | Minoru | Misaki | Mitsuko | Miyu | Nanami | Naoki | Naoko | Natsuki | Noboru | Nobuko | Noriko
    | Osamu | Reiko | Riku | Rina | Ryo | Ryota | Sachiko | Saki | Satoshi | Sayaka | Sayuri | Shigeru |
    Shinji | Shizuka | Shota | Sumiko | Susumu | Tadashi | Taichi | Takashi | Takumi | Tamiko | Taro |
    Tatsuya | Tetsuya | Tomoko | Toru | Toshiro | Tsubasa | Umeko | Wakana | Yamato | Yasuko | Yoko |
    Yoshiko | Yoshio | Yosuke | Yui | Yuka | Yukiko | Yumi | Yuriko | Yusuke | Yuto | Areum | Boyoung |
    Chaewon | Changmin | Daehyun | Dongwook | Eunji | Eunjung | Gyuri | Haeun | Hyesoo | Hyunwoo | Inho |
    Jaehyun | Jihoon | Jimin | Jinhee | Jinyoung | Jiwoo | Jiyeon | Joon | Junseo | Kyungsoo | Minji |
    Minseok | Miyoung | Nayeon | Sangwoo | Seojun | Seoyeon | Seulgi | Seungho | Sohee | Sojin | Soojin |
    Sooyoung | Subin | Sumi | Taeyang | Wonbin | Woojin | Yeji | Yejin | Yoona | Youngjae | Yuna | Bao |
    Chau | Cuong | Diep | Dinh | Duc | Duong | Giang | Hanh | Hien | Hieu | Hoang | Huong | Huyen | Khanh |
    Khoa | Kien | Ngan | Ngoc | Nhung | Phong | Phuc | Phuong | Quyen | Quynh | Thanh | Thuy | Tien | Trang
    | Trinh | Trung | Tuan | Tuyet | Uyen | Vinh | Anong | Apinya | Arthit | Boonsri | Chaiwat | Kanya |
    Kittipong | Lamai | Nattapong | Niran | Pim | Ploy | Prasert | Preecha | Ratana | Sakda | Siriporn |
    Somchit | Sukanya | Suda | Suthep | Tida | Wanida | Wichai | Aminah | Anisa | Arif | Asri | Bambang |
    Bayu | Cahya | Dian | Endang | Fajar | Farida | Galih | Hendra | Iwan | Joko | Kartika | Lestari |
    Melati | Nurul | Nyoman | Puspa | Rahma | Ratna | Rini | Rizky | Rudi | Slamet | Sri | Sulastri | Susilo
    | Wahyu | Wati | Wayan | Widya | Yanti | Yudi | Aishah | Azlan | Faizal | Hafiz | Izzat | Nurin |
    Rahimah | Rosmah | Shahrul | Zulkifli | Amihan | Bayani | Dalisay | Danilo | Jomar | Ligaya | Luzviminda
    | Maricel | Rodel | Rowena | Abebe | Abeni | Achieng | Adebayo | Adjoa | Afia | Akello | Akinyi | Akosua
    | Almaz | Amadi | Amadou | Aminata | Anan | Asante | Atieno | Awa | Ayanda | Ayodele | Babatunde |
    Baraka | Binta | Bongani | Buhle | Chege | Chiamaka | Chinedu | Chinua | Chioma | Dembe | Desta | Diallo
    | Dikeledi | Dumisani | Ebele | Efua | Ekow | Enitan | Fanta | Fatou | Femi | Fikru | Folami | Funmi |
    Gakuru | Genet | Getachew | Gugu | Habiba | Hawa | Ifeoma | Ikenna | Isatou | Jabari | Jelani | Kamau |
    Karanja | Kato | Kebede | Kehinde | Khanyi | Kiprop | Kipchoge | Kojo | Kwabena | Kwaku | Kweku |
    Lindiwe | Lungile | Mamadou | Mandla | Marjani | Masego | Mbali | Mekonnen | Mosi | Moussa | Mpho |
    Mulugeta | Muthoni | Naledi | Nandi | Neema | Ngugi | Njeri | Nkechi | Nkosana | Nneka | Nokuthula |
    Nomsa | Nosipho | Nyambura | Odhiambo | Okoth | Olabisi | Olamide | Olufemi | Oluwaseun | Ousmane |
    Palesa | Rehema | Refilwe | Rudo | Sade | Salimata | Samba | Sanaa | Segun | Sekou | Senait | Sibusiso |
    Siya | Subira | Tadesse | Taiwo | Tariro | Tatenda | Teboho | Temba | Tendai | Thabo | Themba | Thulani
    | Tigist | Tsepo | Uche | Unathi | Uzoma | Wambui | Wangari | Yared | Yewande | Yonas | Zanele | Zawadi
    | Zuri | Anahera | Ariki | Hemi | Hine | Hoani | Kahu | Kauri | Ngaire | Nikau | Rangi | Rawiri | Tama |
    Tipene | Whetu | Afa | Alofa | Ioane | Lani | Losa | Malakai | Mele | Nalani | Sefa | Semisi | Sione |
    Tavita | Vaea | Ahanu | Chayton | Dyani | Halona | Mahpiya | Nizhoni | Takoda | Tallulah | Winona |
    Itzel | Citlali | Cuauhtemoc | Nayeli | Xochitl | Yaretzi | Sayani | Illari | Adva | Aharon | Ariel |
    Asaf | Assaf | Aviva | Avigail | Avner | Ayelet | Baruch | Batya | Boaz | Chaim | Chana | Dov | Dvora |
    Efrat | Ehud | Eliezer | Elisheva | Eran | Galit | Gideon | Gili | Hadas | Hillel | Ilan | Inbal | Itai
    | Liat | Lior | Maayan | Meir | Menachem | Mordechai | Moran | Nadav | Naama | Nahum | Neta | Nir |
    Nirit | Ofer | Ofra | Omri | Oren | Orly | Reuven | Roni | Shai | Shimon | Shira | Shlomo | Shmuel |
    Shoshana | Sigal | Smadar | Talia | Tal | Tzipi | Uri | Uriel | Yaakov | Yair | Yaron | Yehuda | Yigal |
    Yitzhak | Yoav | Yossi | Zeev | Zohar | Zvi | Aram | Anahit | Arpine | Ashot | Garegin | Gayane | Gevorg
    | Hayk | Karine | Levon | Lusine | Narek | Ruzan | Sargis | Siranush | Suren | Tigran | Vahan | Vardan |
    Davit | Giorgi | Irakli | Ketevan | Khatia | Lasha | Levan | Otar | Salome | Tamaz | Tinatin | Vakhtang
    | Zaza | Zurab | Aigerim | Aizhan | Alibek | Almas | Aruzhan | Bolat | Dauren | Dinara | Erlan | Gulnara
    | Madina | Nurlan | Saule | Serik | Zhanar | Agnese | Aigars | Andris | Anete | Artis | Baiba | Dace |
    Edgars | Gints | Guntis | Ieva | Ilze | Inese | Ivars | Janis | Juris | Kaspars | Kristaps | Laila |
    Liga | Normunds | Raimonds | Sandis | Sarmite | Uldis | Valdis | Zane | Aiste | Algirdas | Andrius |
    Arturas | Ausra | Dainius | Daiva | Egle | Gediminas | Giedre | Gintaras | Indre | Jolita | Jurate |
    Kestutis | Laima | Linas | Mantas | Mindaugas | Neringa | Paulius | Ramune | Rasa | Rimantas | Ruta |
    Saulius | Vaida | Vytautas | Zivile | Ants | Aivar | Anu | Arvo | Eve | Heli | Indrek | Jaan | Jaanus |
    Kadri | Katrin | Kersti | Kristjan | Leelo | Merle | Peeter | Piret | Priit | Raivo | Riina | Siim |
    Tarmo | Tiina | Toomas | Triin | Urmas | Urve | Ulle | Agim | Alban | Arben | Ardita | Besnik | Blerta |
    Drita | Edona | Elira | Fatmir | Flutura | Gjergj | Ilir | Liridona | Luan | Shpresa | Teuta | Valbona |
    Ailsa | Alasdair | Ainsley | Arran | Calum | Catriona | Donal | Donalda | Eoghan | Fearghal | Finlay |
    Fionnuala | Grainne | Iain | Innes | Isobel | Kenna | Lachlan | Mairi | Maeve | Murdo | Muireann | Oisin
    | Orla | Peadar | Roisin | Ruairi | Ruaridh | Sheena | Sinead | Sorcha | Struan | Tadhg | Angharad |
    Aled | Alun | Anwen | Arwel | Blodwen | Carys | Ceri | Delyth | Dilys | Elwyn | Emlyn | Emyr | Eirlys |
    Ffion | Geraint | Glyn | Gwilym | Gwyneth | Haf | Heledd | Huw | Idwal | Ieuan | Iolo | Llinos | Lowri |
    Mair | Meinir | Meirion | Menna | Nerys | Olwen | Osian | Rhiannon | Rhodri | Seren | Sian | Tegan |
    Tomos | Trystan | Aurkene | Ainhoa | Amaia | Ander | Aritz | Asier | Edurne | Eneko | Garazi | Gorka |
    Iker | Inaki | Itziar | Jone | Koldo | Leire | Maite | Mikel | Nekane | Oihana | Unai | Xabier | Aina |
    Arnau | Berta | Carles | Eulalia | Ferran | Jaume | Jordi | Laia | Lluis | Marti | Meritxell | Merce |
    Montse | Nuria | Oriol | Quim | Xavi | Anxo | Brais | Iria | Sabela | Uxia | Xoan
""")


TOWNS = phrases("""
    London | Leeds | Bristol | Glasgow | Cardiff | Dublin | Cork | Galway | Paris | Lyon | Lille | Nantes |
    Berlin | Hamburg | Munich | Cologne | Vienna | Graz | Zurich | Bern | Geneva | Rome | Milan | Turin |
    Naples | Madrid | Seville | Valencia | Porto | Lisbon | Brussels | Ghent | Utrecht | Rotterdam | Oslo |
    Bergen | Stockholm | Malmo | Copenhagen | Aarhus | Helsinki | Turku | Tallinn | Riga | Vilnius | Warsaw
    | Krakow | Gdansk | Prague | Brno | Budapest | Zagreb | Split | Athens | Patras | Istanbul | Izmir |
    Cairo | Tunis | Rabat | Lagos | Accra | Nairobi | Kampala | Durban | Cape Town | Delhi | Mumbai |
    Chennai | Pune | Lahore | Dhaka | Colombo | Bangkok | Hanoi | Manila | Jakarta | Singapore | Osaka |
    Kyoto | Tokyo | Seoul | Busan | Taipei | Sydney | Perth | Hobart | Auckland | Wellington | Boston |
    Chicago | Denver | Seattle | Portland | Austin | Memphis | Toronto | Montreal | Halifax | Lima | Quito |
    Bogota | Santiago | Cordoba | Havana | New York | San Diego | New Orleans | Kansas City | Manchester |
    Liverpool | Birmingham | Sheffield | Newcastle | Nottingham | Leicester | Coventry | Norwich | Oxford |
    Cambridge | York | Plymouth | Exeter | Brighton | Southampton | Swansea | Edinburgh | Dundee | Aberdeen
    | Inverness | Belfast | Derry | Limerick | Waterford | Bordeaux | Toulouse | Marseille | Strasbourg |
    Rennes | Dijon | Reims | Montpellier | Grenoble | Frankfurt | Stuttgart | Leipzig | Dresden | Bremen |
    Hanover | Bonn | Kassel | Freiburg | Heidelberg | Nuremberg | Linz | Salzburg | Innsbruck | Basel |
    Lausanne | Lugano | Lucerne | Venice | Bologna | Verona | Genoa | Palermo | Bari | Catania | Trieste |
    Pisa | Barcelona | Bilbao | Malaga | Granada | Zaragoza | Murcia | Salamanca | Vigo | Braga | Coimbra |
    Faro | Antwerp | Bruges | Leuven | Amsterdam | The Hague | Eindhoven | Groningen | Haarlem | Delft |
    Trondheim | Stavanger | Tromso | Gothenburg | Uppsala | Lund | Odense | Aalborg | Tampere | Oulu | Tartu
    | Kaunas | Poznan | Wroclaw | Lodz | Lublin | Katowice | Szczecin | Ostrava | Plzen | Bratislava |
    Kosice | Debrecen | Szeged | Pecs | Ljubljana | Maribor | Rijeka | Belgrade | Novi Sad | Sarajevo |
    Mostar | Skopje | Plovdiv | Varna | Bucharest | Cluj | Iasi | Chisinau | Kyiv | Lviv | Odesa | Minsk |
    Thessaloniki | Heraklion | Nicosia | Valletta | Ankara | Bursa | Antalya | Tbilisi | Yerevan | Baku |
    Tehran | Shiraz | Baghdad | Amman | Beirut | Haifa | Jerusalem | Tel Aviv | Doha | Dubai | Muscat |
    Riyadh | Kuwait City | Alexandria | Marrakesh | Fez | Casablanca | Algiers | Oran | Dakar | Bamako |
    Abidjan | Kumasi | Lome | Ibadan | Abuja | Kano | Douala | Luanda | Lusaka | Harare | Gaborone |
    Windhoek | Johannesburg | Pretoria | Maputo | Kigali | Mombasa | Kisumu | Addis Ababa | Khartoum |
    Karachi | Islamabad | Peshawar | Jaipur | Kolkata | Bangalore | Hyderabad | Lucknow | Kochi | Goa |
    Kathmandu | Pokhara | Sylhet | Kandy | Yangon | Mandalay | Chiang Mai | Phuket | Vientiane | Phnom Penh
    | Da Nang | Kuala Lumpur | Penang | Surabaya | Bandung | Cebu | Davao | Hong Kong | Macau | Shanghai |
    Beijing | Nanjing | Chengdu | Xian | Wuhan | Shenzhen | Harbin | Ulaanbaatar | Nagoya | Sapporo | Kobe |
    Fukuoka | Hiroshima | Nara | Incheon | Daegu | Melbourne | Brisbane | Adelaide | Darwin | Canberra |
    Cairns | Christchurch | Dunedin | Hamilton | Suva | Honolulu | Los Angeles | San Francisco | Sacramento
    | Las Vegas | Phoenix | Tucson | Albuquerque | Santa Fe | El Paso | Dallas | Houston | San Antonio |
    Tulsa | Omaha | Minneapolis | Milwaukee | Detroit | Cleveland | Columbus | Cincinnati | Pittsburgh |
    Philadelphia | Baltimore | Richmond | Charleston | Savannah | Atlanta | Nashville | Louisville | Miami |
    Tampa | Orlando | Buffalo | Albany | Rochester | Providence | Hartford | Anchorage | Boise |
    Salt Lake City | Vancouver | Calgary | Edmonton | Winnipeg | Ottawa | Quebec | Regina | Monterrey |
    Guadalajara | Puebla | Oaxaca | Merida | Tijuana | Guatemala City | San Salvador | Managua | Panama City
    | San Juan | Kingston | Santo Domingo | Medellin | Cali | Caracas | Guayaquil | Cusco | Arequipa |
    La Paz | Asuncion | Montevideo | Mendoza | Valparaiso | Sao Paulo | Rio | Recife | Fortaleza | Curitiba
    | Manaus
""")

ACCENTED = phrases("""
    Inês | João | Zoë | Renée | Søren | Łukasz | Jürgen | Anaïs | Chloé | José | María | Sofía | Andrés | Nicolás | Tomás |
    Bjørn | Håkon | Åsa | Märta | Jörg | Günther | Käthe | Björk | Þóra | Sigríður | Áine | Siobhán | Seán | Máire | Pádraig |
    Ciarán | Róisín | Éamon | Gráinne | François | Françoise | Hélène | Geneviève | Aurélie | Cécile | Frédéric |
    Jérôme | Léa | Loïc | Maëlle | Maël | Noémie | Rémi | Solène | Théo | Zélie | Benoît | Amélie | André | Lúcia | António |
    Conceição | Tânia | Mónica | Verónica | Vítor | Rúben | Sérgio | Fátima | Álvaro | Begoña | Íñigo | Jesús | Joaquín | Martín |
    Ramón | Rocío | Víctor | Raúl | Ángela | Belén | Núria | Şule | Gökhan | Çağla | Ömer | Özlem | Ayşe | Işıl | Tuğba |
    Müge | Ümit | Jiří | Ondřej | Tomáš | Lukáš | Kateřina | Zdeněk | Květa | Šárka | Matěj | Vojtěch | Ľubica | Štefan | Ján | Mária |
    Zoltán | László | Éva | Ágnes | György | István | Márta | Réka | Tamás | Małgorzata | Stanisław | Michał | Paweł |
    Władek | Bożena | Elżbieta | Jędrzej | Rafał | Staś | Ștefan | Mădălina | Răzvan | Ionuț | Đorđe | Željko | Živa |
    Ljubiša | Anđela | Čedomir | Jānis | Krišjānis | Žydrūnas | Eglė | Rūta | Õie | Jüri | Ülle | Päivi | Väinö |
    Nguyễn | Thảo | Hạnh | Đức | Quyên | Kōji | Yūko | Shōta | Mạnh
""")

ACCENTED_TOWNS = phrases("""
    Kraków | Łódź | Wrocław | Gdańsk | Poznań | München | Zürich | Köln | Düsseldorf | Nürnberg | Malmö | Århus | Tromsø | Ålesund |
    Reykjavík | São Paulo | Brasília | Córdoba | Málaga | Cádiz | León | Bogotá | Medellín | Cancún | Mérida | Besançon | Orléans | Nîmes |
    Saint-Étienne | Liège | Genève | Győr | Pécs | Plzeň | České Budějovice | Košice | Žilina | Brașov | Iași | Timișoara | Niš | Čačak |
    İzmir | Eskişehir | Jyväskylä | Hyvinkää | Pärnu | Évora | Guimarães | Coruña | Montréal | Québec | Bà Rịa | Đà Nẵng
""")
